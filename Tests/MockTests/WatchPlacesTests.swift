import Foundation
import Testing
import TollgateCore

@testable import TollgateMock
@testable import TollgateMockServer

/// The places that the mock knows are those of the descriptions.
@Suite struct WatchPlacesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The line of a file of the repository that a place names.
    private func line(_ place: SpecPlace) throws -> String {
        let text = try String(contentsOf: Self.root.appending(path: place.file), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let number = try #require(place.line, "\(place)")
        return lines[number - 1].trimmingCharacters(in: .whitespaces)
    }

    @Test func everyRouteStandsWhereItsPlaceSays() throws {
        for contract in MockContract.all {
            for route in contract.routes.routes {
                let place = contract.places.place(route.place)
                // The line of the first keyword of the operation, or that of the method.
                let pointer = place.pointer.lowercased()
                #expect(pointer.hasSuffix("/\(route.method.lowercased())"), "\(route.place)")
                #expect(try !line(place).isEmpty, "\(place)")
            }
        }
    }

    @Test func everyNamedSchemaStandsWhereItsPlaceSays() throws {
        var count = 0
        for contract in MockContract.all {
            for key in contract.schemas.texts.keys {
                let place = try #require(contract.places.schema(key), "\(contract.service) \(key)")
                let name = try #require(SpecPlace.names(in: place.pointer).last)
                #expect(try line(place).hasPrefix("\(name):"), "\(place)")
                count += 1
            }
        }
        #expect(count > 500)
    }

    @Test func membersAndElementsHavePlaces() throws {
        let contract = try #require(MockContract.all.first { $0.service == "stoa" })
        let entry = try #require(ContractBook([contract]).entry(method: "POST", path: "/v1/events:batchCreate"))
        let schema = try #require(entry.route.bodies.first).schema
        let walk = SchemaWalk(contract.schemas, contract.places)
        let event: JSONValue = ["event_type": "openai.image_generation", "payload": ["n": 1]]
        let found = walk.find("/events/1/payload/quality", in: ["events": [event, event]], schema)
        let place = try #require(found.place)
        #expect(place.file == "spec/stoa/events.yaml")
        #expect(place.pointer == "/components/schemas/OpenAIImageGeneration/properties/quality")
        #expect(try line(place).hasPrefix("quality:"))
    }

    @Test func whatIsNotDescribedIsWhereItsParentIs() throws {
        let contract = try #require(MockContract.all.first { $0.service == "stoa" })
        let entry = try #require(ContractBook([contract]).entry(method: "POST", path: "/v1/events"))
        let schema = try #require(entry.route.bodies.first).schema
        let walk = SchemaWalk(contract.schemas, contract.places)
        let place = try #require(walk.find("/nowhere/deep", in: ["nowhere": ["deep": 1]], schema).place)
        #expect(place.pointer == "/components/schemas/UsageEvent")
    }

    @Test func aPointerThatIsNotListedIsWhereWhatItIsInIs() throws {
        var places = MockPlaces()
        places.file("a.yaml", #"{"components":{"schemas":{"Pet":{"":12,"properties":{"name":14}}}}}"#)
        #expect(places.place("a.yaml#/components/schemas/Pet/properties/name").line == 14)
        #expect(places.place("a.yaml#/components/schemas/Pet/properties/age").line == 12)
        #expect(places.place("a.yaml#/paths").line == nil)
        #expect(places.place("b.yaml#/paths").line == nil)
        #expect(places.schema("Pet")?.description == "a.yaml:12 /components/schemas/Pet")
        #expect(places.schema("Cat") == nil)
        places.schema("Cat", "a.yaml#/components/schemas/Pet/properties/name")
        #expect(places.schema("Cat")?.line == 14)
    }
}
