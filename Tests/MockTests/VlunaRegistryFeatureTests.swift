import Foundation
import Testing
import TollgateCore
import TollgateVluna

@testable import TollgateMock

/// Features, families and meters: what is set up by calls is what the gate goes by, and the other way round.
@Suite struct VlunaRegistryFeatureTests {
    private let mock = MockServer.frozen()

    /// Adds a feature that costs `price` XUSD a unit.
    private func addFeature(_ code: String, price: Vluna.XUSD? = nil) async throws -> Vluna.Feature {
        let vluna = try mock.vluna()
        _ = try await vluna.billing.featureFamilies.upsert(featureFamilyCode: "acme")
        let meter = Vluna.MeterInput(price: price.map { Vluna.MeterPrice(unitPriceXUSD: $0) })
        return try await vluna.billing.features.upsert(
            Vluna.FeatureUpsertRequest(featureCode: code, featureFamilyCode: "acme", meters: [meter]))
    }

    private func meter(_ code: String) async throws -> Vluna.Meter {
        let meters = try await mock.vluna().billing.meters.list(search: code).items
        return try #require(meters.first { $0.meterCode == code })
    }

    @Test func whatIsSetUpIsCharged() async throws {
        let feature = try await addFeature(" Acme.One ", price: 7)
        #expect(feature.featureCode == "acme.one")
        #expect(feature.meters?.map(\.meterCode) == ["acme.one"])
        #expect(feature.missingPriceReason == nil)
        #expect(try await mock.vluna().use("acme.one", 3).amountXUSD == 21)

        let meter = try await meter("acme.one")
        _ = try await mock.vluna().billing.meters.update(
            meterID: meter.meterID, Vluna.MeterInput(price: Vluna.MeterPrice(unitPriceXUSD: 2, unitQuantityMinor: 10)))
        #expect(try await mock.vluna().use("acme.one", 11).amountXUSD == 4, "rounded up if nothing else is said")
    }

    @Test func aPriceHoldsFromItsTimeOn() async throws {
        _ = try await addFeature("acme.one", price: 7)
        let meter = try await meter("acme.one")
        let change = Vluna.MeterPrice(unitPriceXUSD: 9, effectiveAt: .start + 3_600)
        let changed = try await mock.vluna().billing.meters.update(
            meterID: meter.meterID, Vluna.MeterInput(price: change))
        #expect(changed.price?.unitPriceXUSD == 7)
        #expect(try await mock.vluna().use("acme.one", 1).amountXUSD == 7)

        mock.clock.advance(by: .seconds(3_600))
        #expect(try await self.meter("acme.one").price?.unitPriceXUSD == 9)
        #expect(try await mock.vluna().use("acme.one", 1).amountXUSD == 9)
        let late = try await mock.vluna().gate.ingest(
            featureCode: "acme.one", quantityMinor: 1, occurredAt: .start + 60)
        #expect(late.amountXUSD == 7, "what was used before costs what it did then")
    }

    @Test func baseAndDynamicPartMakeAPrice() async throws {
        _ = try await addFeature("acme.one")
        let price = Vluna.MeterPrice(unitPriceBaseXUSD: 10, unitPriceDynamicXUSD: -3)
        _ = try await mock.vluna().billing.meters.upsert(Vluna.MeterUpsertRequest(meterCode: "acme.one", price: price))
        #expect(try await mock.vluna().use("acme.one", 2).amountXUSD == 14)
    }

    @Test func aPrepaidRestIsCredit() async throws {
        _ = try await addFeature("acme.one")
        let price = Vluna.MeterPrice(unitPriceXUSD: 5, unitQuantityMinor: 10, rounding: .floor)
        _ = try await mock.vluna().billing.meters.upsert(
            Vluna.MeterUpsertRequest(
                meterCode: "acme.one", metadata: Vluna.MeterMetadata(residualMode: "prepaid"), price: price))
        #expect(try await mock.vluna().use("acme.one", 1).amountXUSD == 5)
        #expect(try await mock.vluna().use("acme.one", 9).amountXUSD == 0)
        #expect(try await mock.vluna().use("acme.one", 1).amountXUSD == 5)
    }

    @Test func leversAndCallsSeeTheSame() async throws {
        mock.vluna.setFeature("lever", family: "levers", meters: ["in", "out"])
        mock.vluna.setPrice(of: "in", 3, per: 10, rounding: .nearest, cost: 1)
        let features = try await mock.vluna().billing.features.list(featureFamilyCode: "levers").items
        #expect(features.map(\.featureCode) == ["lever"])
        #expect(features.first?.missingPriceReason == .missingPrice, "one of its meters has no price")
        let price = try #require(await meter("in").price)
        #expect(price.unitPriceXUSD == 3)
        #expect(price.unitQuantityMinor == 10)
        #expect(price.rounding == .nearest)
        #expect(price.unitCostXUSD == 1)
        #expect(price.effectiveAt == .start)
        #expect(try await mock.vluna().billing.featureFamilies.list(search: "LEVERS").items.count == 1)
    }

    @Test func aFeatureThatRegisteredItselfSaysSo() async throws {
        _ = try await mock.vluna().gate.authorize(featureCode: "brand.new", featureFamilyCode: "news")
        let vluna = try mock.vluna()
        let feature = try #require(await vluna.billing.features.list(search: "brand").items.first)
        #expect(feature.missingPriceReason == .both)
        #expect(feature.metadata.autoRegistry != nil)
        let family = try await vluna.billing.featureFamilies.get(featureFamilyID: feature.featureFamilyID)
        #expect(family.featureFamilyCode == "news")
        #expect(family.isFallback == false)

        _ = try await vluna.billing.features.update(
            featureID: feature.featureID, Vluna.FeatureUpdateRequest(active: false))
        let refused = try await refusal { try await vluna.gate.authorize(featureCode: "brand.new") }
        #expect(try #require(refused).status == 422)
    }

    @Test func aFamilyThatNeedsAnEntitlementIsClosed() async throws {
        _ = try await addFeature("acme.one")
        _ = try await mock.vluna().billing.featureFamilies.upsert(featureFamilyCode: "acme", entitlementRequired: true)
        let refused = try await refusal { try await mock.vluna().gate.authorize(featureCode: "acme.one") }
        #expect(try #require(refused) == (403, "ENTITLEMENT.REQUIRED"))
        #expect(mock.requests(of: .vluna.upsertFeatureFamily).map(\.status) == [201, 200])
    }

    @Test func aMeterThatIsNotInUseCountsNothing() async throws {
        _ = try await addFeature("acme.one", price: 7)
        let meter = try await meter("acme.one")
        _ = try await mock.vluna().billing.meters.update(meterID: meter.meterID, Vluna.MeterInput(active: false))
        let usage = Vluna.MeterUsage(meterCode: "acme.one", quantityMinor: 1)
        let commit = try await mock.vluna().use("acme.one", 1, meters: [usage])
        #expect(commit.outcome == .quarantined(.meterNotAllowed))
        #expect(try await mock.vluna().gate.meters(meterCode: ["acme.one"]).isEmpty)
    }

    @Test func metersMoveAndAreRenamed() async throws {
        _ = try await addFeature("acme.one", price: 7)
        _ = try await addFeature("acme.two", price: 1)
        let vluna = try mock.vluna()
        let moved = try await vluna.billing.meters.upsert(
            Vluna.MeterUpsertRequest(meterCode: "acme.one", featureCode: "ACME.two"))
        #expect(moved.featureCode == "acme.two")
        let renamed = try await vluna.billing.meters.update(
            meterID: moved.meterID, Vluna.MeterInput(meterCode: "acme.renamed"))
        #expect(renamed.meterID == moved.meterID)
        let meters = try await vluna.billing.meters.list(featureCode: "acme.two").items.map(\.meterCode)
        #expect(meters == ["acme.renamed", "acme.two"])
        let usage = Vluna.MeterUsage(meterCode: "acme.renamed", quantityMinor: 2)
        #expect(try await vluna.use("acme.two", 1, meters: [usage]).amountXUSD == 14)
    }

    @Test func aFeatureIsWrittenAsAWholeOrNotAtAll() async throws {
        let feature = try await addFeature("acme.one", price: 7)
        let vluna = try mock.vluna()
        let wrong = Vluna.FeatureUpdateRequest(
            name: "Other",
            meters: [
                Vluna.MeterInput(meterCode: "acme.extra"),
                Vluna.MeterInput(meterCode: "acme.bad", price: Vluna.MeterPrice(unitPriceXUSD: -1)),
            ])
        let refused = try await refusal {
            try await vluna.billing.features.update(featureID: feature.featureID, wrong)
        }
        #expect(try #require(refused).status == 422)
        let after = try await vluna.billing.features.get(featureID: feature.featureID)
        #expect(after.name == "acme.one")
        #expect(after.meters?.map(\.meterCode) == ["acme.one"])
        #expect(try await vluna.billing.meters.list(search: "extra").items.isEmpty)

        let exchanged = try await vluna.billing.features.update(
            featureID: feature.featureID,
            Vluna.FeatureUpdateRequest(meters: [Vluna.MeterInput(meterCode: "acme.in")], deleteMeters: ["acme.one"]))
        #expect(exchanged.meters?.map(\.meterCode) == ["acme.in"])
    }

    @Test func absentKeepsNullClearsAndAValueIsWritten() async throws {
        let vluna = try mock.vluna()
        let family = try await vluna.billing.featureFamilies.upsert(
            featureFamilyCode: "acme", name: "Acme", description: "Ours",
            metadata: Vluna.FeatureFamilyMetadata(additionalProperties: ["a": 1]))
        let id = family.featureFamilyID
        #expect(try await vluna.billing.featureFamilies.update(featureFamilyID: id).description == "Ours")
        #expect(
            try await vluna.billing.featureFamilies.update(featureFamilyID: id, description: .value("Yours"))
                .description == "Yours")
        let cleared = try await vluna.billing.featureFamilies.update(featureFamilyID: id, description: .null)
        #expect(cleared.description == "")
        #expect(cleared.name == "Acme")
        #expect(cleared.metadata.additionalProperties == ["a": 1])
        let again = try await vluna.billing.featureFamilies.upsert(featureFamilyCode: "acme")
        #expect(again.name == "acme", "an upsert writes the name in any case")
        #expect(again.metadata.additionalProperties == ["a": 1])
    }

    @Test func namesOfDifferentFamiliesAreRefused() async throws {
        let vluna = try mock.vluna()
        let one = try await vluna.billing.featureFamilies.upsert(featureFamilyCode: "one")
        _ = try await vluna.billing.featureFamilies.upsert(featureFamilyCode: "two")
        func status(_ id: String?, _ code: String?) async throws -> Int? {
            try await refusal {
                try await vluna.billing.features.upsert(
                    Vluna.FeatureUpsertRequest(featureCode: "f", featureFamilyID: id, featureFamilyCode: code))
            }?.status
        }
        #expect(try await status(one.featureFamilyID, "two") == 422)
        #expect(try await status(nil, "three") == 422)
        #expect(try await status(nil, nil) == 422)
        #expect(try await status(one.featureFamilyID, "one") == nil)
    }
}
