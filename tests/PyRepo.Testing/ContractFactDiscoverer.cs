using System.Reflection;
using PyRepo.Testing.Buckets;
using Xunit.Sdk;
using Xunit.v3;

namespace PyRepo.Testing;

/// <summary>Finds the tests of contracts. They are skipped if what the class needs is missing.</summary>
public sealed class ContractFactDiscoverer : FactDiscoverer
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        base.CreateTestCase(
            discoveryOptions, testMethod, new ContractFactAttribute { Skip = GetMissing(testMethod.TestClass.Class) });

    static string? GetMissing(Type testClass)
    {
        if (testClass.IsDefined(typeof(NeedsAzuriteAttribute)) && Azurite.Missing is { } missing)
            return missing;
        return testClass.GetCustomAttribute<NeedsAssetAttribute>() is { } needed && Assets.Find(needed.Path) is null
            ? Assets.Missing
            : null;
    }
}
