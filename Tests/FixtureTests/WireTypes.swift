import Tollgate
import TollgateMock

/// Reads a JSON text as a type and writes it again.
struct RoundTrip: Sendable {
    let name: String
    let run: @Sendable ([UInt8]) throws(JSONError) -> [UInt8]

    init<Value: JSONConvertible>(_ type: Value.Type) {
        name = String(describing: type)
        run = { bytes throws(JSONError) in try Value(jsonBytes: bytes).jsonBytes() }
    }
}

/// What an operation sends and answers.
struct WireTypes: Sendable {
    var request: RoundTrip?
    var success: RoundTrip
    /// By status; 0 for all that are not listed.
    var errors: [Int: RoundTrip]

    static func types(of operation: MockOperation) -> WireTypes? {
        if let stoa = StoaOperation(rawValue: operation.key) { return types(of: stoa) }
        if let vluna = VlunaOperation(rawValue: operation.key) { return types(of: vluna) }
        return nil
    }

    private static func types(of operation: StoaOperation) -> WireTypes {
        func wire(_ request: RoundTrip?, _ success: RoundTrip) -> WireTypes {
            let payable: Set<StoaOperation> = [.createEvent, .reportUsage]
            var errors = [0: RoundTrip(Stoa.Failure.self)]
            if payable.contains(operation) { errors[402] = RoundTrip(Stoa.InsufficientBalance.self) }
            return WireTypes(request: request, success: success, errors: errors)
        }
        return switch operation {
        case .getPublicKey: wire(nil, RoundTrip(Stoa.InstallPublicKeyEnvelope.self))
        case .exchangeInstallToken:
            wire(RoundTrip(Stoa.ExchangeInstallTokenRequest.self), RoundTrip(Stoa.InstallationEnvelope.self))
        case .upsertMembership:
            wire(RoundTrip(Stoa.UpsertMembershipRequest.self), RoundTrip(Stoa.MembershipEnvelope.self))
        case .identifyUser: wire(RoundTrip(Stoa.IdentifyUserRequest.self), RoundTrip(Stoa.UserProfile.self))
        case .createTopUpLink: wire(RoundTrip(Stoa.TopUpLinkRequest.self), RoundTrip(Stoa.TopUpLinkEnvelope.self))
        case .createPayment:
            wire(RoundTrip(Stoa.CreatePaymentRequest.self), RoundTrip(Stoa.PaymentSessionEnvelope.self))
        case .reportUsage: wire(RoundTrip(Stoa.UsageReport.self), RoundTrip(Stoa.UsageReportReceipt.self))
        case .createEvent: wire(RoundTrip(Stoa.UsageEvent.self), RoundTrip(Stoa.EventReceipt.self))
        case .batchCreateEvents: wire(RoundTrip(Stoa.UsageEventBatch.self), RoundTrip(Stoa.EventBatchResult.self))
        }
    }

    private static func types(of operation: VlunaOperation) -> WireTypes {
        func wire(_ request: RoundTrip?, _ success: RoundTrip, denied: [Int] = []) -> WireTypes {
            var errors = [0: RoundTrip(Vluna.Failure.self)]
            for status in denied { errors[status] = RoundTrip(Vluna.GateDenied.self) }
            return WireTypes(request: request, success: success, errors: errors)
        }
        let usage = RoundTrip(Vluna.UsageReport.self)
        let settlements = RoundTrip(Vluna.SettlementReport.self)
        return switch operation {
        case .authorize:
            wire(RoundTrip(Vluna.AuthorizeRequest.self), RoundTrip(Vluna.LeaseEnvelope.self), denied: [402, 403, 429])
        case .cancel: wire(RoundTrip(Vluna.CancelRequest.self), RoundTrip(Vluna.CancellationEnvelope.self))
        case .commit:
            wire(RoundTrip(Vluna.CommitRequest.self), RoundTrip(Vluna.CommitEnvelope.self), denied: [402, 403])
        case .batchCommit:
            wire(RoundTrip(Vluna.BatchCommitRequest.self), RoundTrip(Vluna.BatchCommitEnvelope.self), denied: [402])
        case .ingest: wire(RoundTrip(Vluna.IngestRequest.self), RoundTrip(Vluna.CommitEnvelope.self), denied: [403])
        case .listFeatureLimits: wire(nil, RoundTrip(Vluna.FeatureLimitListEnvelope.self))
        case .listMeterLimits: wire(nil, RoundTrip(Vluna.MeterLimitListEnvelope.self))
        case .listSeats: wire(nil, RoundTrip(Vluna.SeatListEnvelope.self))
        case .revokeSeat: wire(RoundTrip(Vluna.SeatRequest.self), RoundTrip(Vluna.SeatEnvelope.self))
        case .restoreSeat:
            wire(RoundTrip(Vluna.SeatRequest.self), RoundTrip(Vluna.SeatEnvelope.self), denied: [403])
        case .queryUsageReport, .queryOwnUsageReport: wire(RoundTrip(Vluna.UsageReportQuery.self), usage)
        case .querySettlementReport, .queryOwnSettlementReport:
            wire(RoundTrip(Vluna.SettlementReportQuery.self), settlements)
        }
    }
}
