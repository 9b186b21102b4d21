import TollgateMockServer

extension MockRoutes {
    /// The levers that programs in other languages use; they take no credential.
    static func control() -> MockRoutes {
        var routes = MockRoutes()
        routes.add(.control(.stoaInstallToken), "POST", "/_tollgate/stoa/install-token", surface: "control") { route in
            route.body("application/json", isRequired: true, schema: installToken)
        }
        routes.add(.control(.stoaConnectToken), "POST", "/_tollgate/stoa/connect-token", surface: "control") { route in
            route.body("application/json", isRequired: true, schema: connectToken)
        }
        routes.add(.control(.vlunaFeature), "POST", "/_tollgate/vluna/features", surface: "control") { route in
            route.body("application/json", isRequired: true, schema: feature)
        }
        routes.add(.control(.vlunaBudget), "POST", "/_tollgate/vluna/budgets", surface: "control") { route in
            route.body("application/json", isRequired: true, schema: budget)
        }
        routes.add(.control(.vlunaCheckout), "POST", "/_tollgate/vluna/checkouts", surface: "control") { route in
            route.body("application/json", isRequired: true, schema: checkout)
        }
        let subscriptions = "/_tollgate/vluna/subscriptions"
        routes.add(.control(.vlunaSubscription), "POST", subscriptions, surface: "control") { route in
            route.body("application/json", isRequired: true, schema: subscription)
        }
        routes.add(.control(.vlunaReconciliation), "POST", "/_tollgate/vluna/reconciliations", surface: "control") {
            $0.body("application/json", isRequired: true, schema: reconciliation)
        }
        routes.add(.control(.vlunaToken), "POST", "/_tollgate/vluna/platform-token", surface: "control") { route in
            route.body("application/json", isRequired: true, schema: platformToken)
        }
        return routes
    }

    private static let installToken = """
        {"type": "object", "required": ["email"], "additionalProperties": false, "properties": {
          "email": {"type": "string", "format": "email"},
          "external_id": {"type": ["string", "null"], "minLength": 1},
          "name": {"type": ["string", "null"]},
          "avatar_url": {"type": ["string", "null"], "format": "uri"},
          "app_id": {"type": "string", "minLength": 1},
          "expires_in": {"type": "integer"}}}
        """

    private static let connectToken = """
        {"type": "object", "required": ["external_id", "state"], "additionalProperties": false, "properties": {
          "external_id": {"type": "string", "minLength": 1},
          "state": {"type": "string"},
          "expires_in": {"type": "integer"}}}
        """

    private static let feature = """
        {"type": "object", "required": ["feature_code"], "additionalProperties": false, "properties": {
          "feature_code": {"type": "string", "minLength": 1},
          "feature_family_code": {"type": "string", "minLength": 1},
          "active": {"type": "boolean"},
          "requires_entitlement": {"type": "boolean"},
          "price": {"type": "object", "required": ["unit_price_xusd"], "additionalProperties": false, "properties": {
            "unit_price_xusd": {"type": "string", "pattern": "^[0-9]{1,18}$"},
            "unit_quantity_minor": {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"},
            "rounding": {"type": "string", "enum": ["floor", "nearest", "ceil"]},
            "unit_cost_xusd": {"type": "string", "pattern": "^[0-9]{1,18}$"},
            "unit": {"type": "string", "minLength": 1}}},
          "quota": {"type": "object", "required": ["limit_minor"], "additionalProperties": false, "properties": {
            "limit_minor": {"type": "string", "pattern": "^(-1|[0-9]{1,18})$"},
            "window_seconds": {"type": "integer", "minimum": 1}}},
          "rate": {"type": "object", "required": ["limit_minor"], "additionalProperties": false, "properties": {
            "limit_minor": {"type": "string", "pattern": "^(-1|[0-9]{1,18})$"},
            "window_seconds": {"type": "integer", "minimum": 1}}},
          "seats": {"type": "object", "required": ["limit"], "additionalProperties": false, "properties": {
            "limit": {"type": "integer", "minimum": -1}}}}}
        """

    private static let budget = """
        {"type": "object", "required": ["principal_id", "limit_xusd"], "additionalProperties": false, "properties": {
          "principal_id": {"type": "string", "minLength": 1},
          "budget_id": {"type": "string", "format": "uuid"},
          "limit_xusd": {"type": "string", "pattern": "^[0-9]{1,18}$"}}}
        """

    private static let checkout = """
        {"type": "object", "required": ["checkout_url", "outcome"], "additionalProperties": false, "properties": {
          "checkout_url": {"type": "string", "format": "uri"},
          "outcome": {"type": "string", "enum": ["completed", "failed", "expired"]}}}
        """

    private static let subscription = """
        {"type": "object", "required": ["subscription_id", "change"], "additionalProperties": false, "properties": {
          "subscription_id": {"type": "string", "format": "uuid"},
          "change": {"type": "string", "enum": ["renewed", "past_due", "canceled"]}}}
        """

    private static let reconciliation = """
        {"type": "object", "required": ["principal_id", "kind"], "additionalProperties": false, "properties": {
          "principal_id": {"type": "string", "minLength": 1},
          "kind": {"type": "string", "enum": ["usage_mismatch", "status_mismatch", "invoice_total_mismatch"]},
          "status": {"type": "string", "enum": ["pending", "failed", "resolved"]},
          "diff": {"type": "object"}}}
        """

    private static let platformToken = """
        {"type": "object", "required": ["principal_id"], "additionalProperties": false, "properties": {
          "principal_id": {"type": "string", "minLength": 1},
          "user_id": {"type": "string", "minLength": 1},
          "expires_in": {"type": "integer"}}}
        """
}

extension MockOperation {
    static func control(_ operation: ControlOperation) -> MockOperation {
        MockOperation(operation.rawValue)
    }
}

/// What the levers do.
enum ControlOperation: String, Sendable {
    case stoaInstallToken = "control.stoaInstallToken"
    case stoaConnectToken = "control.stoaConnectToken"
    case vlunaFeature = "control.vlunaFeature"
    case vlunaReconciliation = "control.vlunaReconciliation"
    case vlunaToken = "control.vlunaToken"
    case vlunaBudget = "control.vlunaBudget"
    case vlunaCheckout = "control.vlunaCheckout"
    case vlunaSubscription = "control.vlunaSubscription"
}
