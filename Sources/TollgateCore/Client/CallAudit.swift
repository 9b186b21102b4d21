import HTTPTypes
import Synchronization

/// Hears every call of a process, whichever client makes it. This package's tests search what they hear for secrets;
/// it is no part of the API.
package protocol CallAudit: Sendable {
    /// What watches a call: the audit itself, and the observer of the call's client.
    func observer(beside own: (any CallObserver)?) -> any CallObserver

    /// A credential proved who is calling with these texts, none of which may be seen again.
    func used(secrets: [String])
}

package enum CallAudits {
    private static let installed = Mutex<(any CallAudit)?>(nil)

    /// The audit of this process; an application has none.
    package static var current: (any CallAudit)? { installed.withLock { $0 } }

    package static func install(_ audit: any CallAudit) {
        installed.withLock { $0 = audit }
    }
}
