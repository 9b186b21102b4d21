@_exported import TollgateStoa
@_exported import TollgateVluna
