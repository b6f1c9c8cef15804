namespace PyRepo.Testing;

/// <summary>
/// The tests of a class need this file or folder of the test data. Those that are <see cref="ContractFactAttribute"/>s
/// are skipped without it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAssetAttribute(string path) : Attribute
{
    /// <summary>What the tests need.</summary>
    public string Path => path;
}
