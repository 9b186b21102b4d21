@_exported import TollgateAIKit
@_exported import TollgateMetering
@_exported import TollgateObservability
@_exported import TollgateProviders
@_exported import TollgateStoa
@_exported import TollgateStripe
@_exported import TollgateTogo
@_exported import TollgateVluna
