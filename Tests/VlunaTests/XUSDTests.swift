import Foundation
import Testing

@testable import TollgateVluna

@Suite struct XUSDTests {
    @Test func convertsExactly() throws {
        #expect(Vluna.XUSD(usd: Decimal(string: "12.345678") ?? 0)?.millionths == 12_345_678)
        #expect(Vluna.XUSD(millionths: 1).usd == Decimal(string: "0.000001"))
        #expect(Vluna.XUSD(millionths: -9_223_372_036_854_775_808).usd == Decimal(string: "-9223372036854.775808"))
    }

    @Test func refusesWhatItCannotHold() {
        #expect(Vluna.XUSD(usd: Decimal(string: "0.0000001") ?? 0) == nil)
        #expect(Vluna.XUSD(usd: Decimal(string: "9223372036855") ?? 0) == nil)
        #expect(throws: JSONError.self) { try Vluna.XUSD(jsonText: #""9223372036854775808""#) }
        #expect(throws: JSONError.self) { try Vluna.XUSD(jsonText: #""1.5""#) }
        #expect(throws: JSONError.self) { try Vluna.XUSD(jsonText: "5") }
    }

    @Test func isAStringOnTheWire() throws {
        #expect(try Vluna.XUSD(jsonText: #""26000""#) == 26_000)
        #expect(Vluna.XUSD(millionths: -5).jsonText() == #""-5""#)
        let data = try JSONEncoder().encode([Vluna.XUSD(millionths: 7)])
        #expect(String(decoding: data, as: UTF8.self) == #"["7"]"#)
        #expect(try JSONDecoder().decode([Vluna.XUSD].self, from: data) == [7])
    }

    @Test func addsAndCompares() {
        #expect(Vluna.XUSD(millionths: 2) + 3 - 1 == 4)
        #expect(Vluna.XUSD.zero < 1)
        #expect("\(Vluna.XUSD(millionths: 1_500_000))" == "1.5 USD")
    }
}
