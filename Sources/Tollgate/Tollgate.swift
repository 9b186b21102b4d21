@_exported import TollgateAIKit
@_exported import TollgateProviders
@_exported import TollgateStoa
@_exported import TollgateStripe
@_exported import TollgateTogo
@_exported import TollgateVluna
