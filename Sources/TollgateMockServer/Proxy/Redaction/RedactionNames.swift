/// What the names of members, parameters and header fields say about their values.
enum RedactionNames {
    /// What a name says of its value.
    /// - Parameters:
    ///   - name: As it is written.
    ///   - siblings: The names beside it: a `name` is a person's beside an email address, and a plan's elsewhere.
    /// - Returns: Nil if the value may be kept, as far as the name goes.
    static func kind(of name: String, among siblings: some Sequence<String>) -> StandIns.Kind? {
        let name = plain(name)
        if isSecret(plainName: name) { return .secret }
        if let kind = personal[name] { return kind }
        if let kind = personal.first(where: { $0.key.count > 4 && name.hasSuffix($0.key) })?.value { return kind }
        if ["name", "displayname", "username", "nickname"].contains(name) {
            return siblings.contains { people.contains(plain($0)) } ? .name : nil
        }
        return nil
    }

    /// Whether a value under this name is a credential.
    static func isSecret(_ name: String) -> Bool {
        isSecret(plainName: plain(name))
    }

    private static func isSecret(plainName name: String) -> Bool {
        secrets.contains(name) || secretEnds.contains { name.hasSuffix($0) }
    }

    /// In small letters, without what is between words.
    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    private static let secrets: Set = [
        "auth", "cookie", "setcookie", "credentials", "cvc", "cvv", "jwt", "otp", "passphrase", "passwd", "pin", "pwd",
        "sig", "ssn", "xapikey", "xiapikey",
    ]

    private static let secretEnds = [
        "accesskey", "apikey", "authkey", "authorization", "credential", "nonce", "password", "privatekey", "secret",
        "secretkey", "signature", "signingkey", "token",
    ]

    /// What stands beside a person's name.
    private static let people: Set = [
        "avatar", "avatarurl", "email", "emailaddress", "externalid", "phone", "phonenumber", "picture", "userid",
    ]

    private static let personal: [String: StandIns.Kind] = [
        "email": .email, "emailaddress": .email,
        "firstname": .name, "lastname": .name, "fullname": .name, "givenname": .name, "familyname": .name,
        "middlename": .name, "surname": .name, "cardholder": .name, "cardholdername": .name, "customername": .name,
        "phone": .phone, "phonenumber": .phone, "mobile": .phone, "mobilenumber": .phone,
        "avatar": .picture, "avatarurl": .picture, "picture": .picture, "pictureurl": .picture,
        "profilepicture": .picture, "photourl": .picture,
        "street": .address, "streetaddress": .address, "addressline1": .address, "addressline2": .address,
        "line1": .address, "line2": .address, "postaladdress": .address, "billingaddress": .address,
        "shippingaddress": .address, "homeaddress": .address, "postalcode": .address, "zipcode": .address,
        "birthdate": .date, "birthday": .date, "dateofbirth": .date,
        "ip": .ip, "ipaddress": .ip, "clientip": .ip, "remoteaddr": .ip, "remoteip": .ip,
        "cardnumber": .card, "iban": .card, "accountnumber": .card, "pan": .card,
    ]
}
