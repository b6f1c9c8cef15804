using Xunit;
using Xunit.v3;

namespace PyRepo.Testing;

/// <summary>A test of a contract. What it needs depends on the class that derives from the contract.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(ContractFactDiscoverer))]
public sealed class ContractFactAttribute : FactAttribute;
