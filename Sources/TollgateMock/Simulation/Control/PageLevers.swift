extension ControlService {
    static let pageLevers: [MockClientOperation: Lever] = [
        .getPage: { _, _ in MockPage.reply }
    ]
}
