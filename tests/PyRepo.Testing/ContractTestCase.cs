using PyRepo.Testing.Buckets;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace PyRepo.Testing;

/// <summary>A test of a contract, which is skipped if what the class needs is missing.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    /// <summary>For the runner, which restores its properties.</summary>
    [Obsolete("For the runner.")]
    public ContractTestCase()
    {
    }

    /// <summary>A test of a class.</summary>
    public ContractTestCase(
        IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    /// <inheritdoc/>
    protected override string? GetSkipReason(IAttributeInfo factAttribute)
    {
        if (TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsAzuriteAttribute)).Any()
            && Azurite.Missing is { } missing)
        {
            return missing;
        }
        var needed = TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsAssetAttribute)).FirstOrDefault();
        var path = needed?.GetConstructorArguments().OfType<string>().First();
        return path is null || Assets.Find(path) is not null ? base.GetSkipReason(factAttribute) : Assets.Missing;
    }
}
