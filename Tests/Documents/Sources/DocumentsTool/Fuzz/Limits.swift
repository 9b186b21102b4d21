import Foundation

/// What one document may cost: the process that takes more is ended by the system.
enum Limits {
    static let seconds = 10
    static let bytes: UInt64 = 2 << 30

    /// Limits the memory of this process for good.
    static func impose() {
        #if canImport(Glibc)
            var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #endif
    }

    /// Gives the next document its time. Time of the processor is counted, so that a busy machine is no fault.
    static func restartClock() {
        var timer = itimerval()
        timer.it_value.tv_sec = seconds
        #if canImport(Glibc)
            setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
        #else
            setitimer(ITIMER_PROF, &timer, nil)
        #endif
    }

    /// What ended a process, in words.
    static func description(ofSignal signal: Int32) -> String {
        switch signal {
        case SIGPROF: "took more than \(seconds) s"
        case SIGKILL: "was killed"
        case SIGSEGV, SIGBUS: "broke memory or stack (signal \(signal))"
        case SIGILL, SIGTRAP: "trapped (signal \(signal))"
        case SIGABRT: "aborted"
        default: "ended by signal \(signal)"
        }
    }
}
