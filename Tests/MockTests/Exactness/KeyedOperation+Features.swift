import TollgateVluna

@testable import TollgateMock

// MARK: - Families, features and meters

extension KeyedOperation {
    static let features = [
        setUp("vluna.upsertFeature", "/mgt/v1/features") { mock in
            _ = try await addFamily(to: mock)
            let body = { (name: String) in
                #"{"feature_code":"acme.answers","feature_family_code":"acme","name":"\#(name)","unit":"answer","#
                    + #""meters":[{"meter_prices":{"unit_price_xusd":"500"},"unit":"answer"}]}"#
            }
            return Sample(body: body("Answers"), other: body("Replies"))
        },
        setUp("vluna.updateFeature", "/mgt/v1/features/{feature_id}", .patch) { mock in
            let feature = try await addFeature(to: mock)
            return Sample(
                body: #"{"name":"Replies","meters":[{"meter_code":"acme.long","unit":"answer"}]}"#,
                other: #"{"name":"Letters"}"#, path: "/mgt/v1/features/\(feature.featureID)")
        },
        setUp("vluna.upsertMeter", "/mgt/v1/meters") { mock in
            _ = try await addFeature(to: mock)
            let body = { (price: Int) in
                #"{"feature_code":"acme.answers","meter_code":"acme.long","unit":"answer","#
                    + #""meter_prices":{"unit_price_xusd":"\#(price)"}}"#
            }
            return Sample(body: body(900), other: body(901))
        },
        setUp("vluna.updateMeter", "/mgt/v1/meters/{meter_id}", .patch) { mock in
            _ = try await addFeature(to: mock)
            let meter = try await mock.vluna().billing.meters.upsert(
                Vluna.MeterUpsertRequest(meterCode: "acme.answers"))
            return Sample(
                body: #"{"meter_prices":{"unit_price_xusd":"700"}}"#,
                other: #"{"meter_prices":{"unit_price_xusd":"701"}}"#, path: "/mgt/v1/meters/\(meter.meterID)")
        },
    ]

    static let families = [
        setUp("vluna.upsertFeatureFamily", "/mgt/v1/feature-families") { _ in
            Sample(
                body: #"{"feature_family_code":"acme","name":"Acme"}"#,
                other: #"{"feature_family_code":"acme","name":"Others"}"#)
        },
        setUp("vluna.updateFeatureFamily", "/mgt/v1/feature-families/{feature_family_id}", .patch) { mock in
            let family = try await addFamily(to: mock)
            return Sample(
                body: #"{"entitlement_required":true}"#, other: #"{"entitlement_required":false}"#,
                path: "/mgt/v1/feature-families/\(family.featureFamilyID)")
        },
    ]

    private static func addFamily(to mock: MockServer) async throws -> Vluna.FeatureFamily {
        try await mock.vluna().billing.featureFamilies.upsert(featureFamilyCode: "acme")
    }

    /// Adds a feature with a meter of the same name.
    private static func addFeature(to mock: MockServer) async throws -> Vluna.Feature {
        _ = try await addFamily(to: mock)
        let meter = Vluna.MeterInput(price: Vluna.MeterPrice(unitPriceXUSD: 500))
        return try await mock.vluna().billing.features.upsert(
            Vluna.FeatureUpsertRequest(featureCode: "acme.answers", featureFamilyCode: "acme", meters: [meter]))
    }
}
