using Xunit;
using Xunit.Sdk;

namespace PyRepo.Testing;

/// <summary>A test of a contract. What it needs depends on the class that derives from the contract.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PyRepo.Testing.ContractFactDiscoverer", "PyRepo.Testing")]
public sealed class ContractFactAttribute : FactAttribute;
