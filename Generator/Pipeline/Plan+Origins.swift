import GeneratorPlan

extension Plan {
    /// The plan with the files that it comes from under other names.
    func namingOrigins(_ name: (String) -> String) -> Plan {
        var plan = self
        for module in plan.modules.indices {
            for file in plan.modules[module].files.indices {
                plan.modules[module].files[file].origins = plan.modules[module].files[file].origins.map(name)
            }
        }
        if var mock = plan.mock {
            for service in mock.services.indices {
                mock.services[service].origins = mock.services[service].origins.map(name)
                for group in mock.services[service].groups.indices {
                    mock.services[service].groups[group].origins =
                        mock.services[service].groups[group].origins.map(name)
                }
            }
            plan.mock = mock
        }
        if var fixtures = plan.fixtures {
            for service in fixtures.services.indices {
                fixtures.services[service].origins = fixtures.services[service].origins.map(name)
            }
            plan.fixtures = fixtures
        }
        if var scenarios = plan.scenarios {
            for index in scenarios.scenarios.indices {
                scenarios.scenarios[index].origin = name(scenarios.scenarios[index].origin)
            }
            plan.scenarios = scenarios
        }
        if let origin = documentMock?.origin { plan.documentMock?.origin = name(origin) }
        if let origin = package?.origin { plan.package?.origin = name(origin) }
        if let origin = tests?.package.origin { plan.tests?.package.origin = name(origin) }
        if let origin = client?.origin { plan.client?.origin = name(origin) }
        return plan
    }
}
