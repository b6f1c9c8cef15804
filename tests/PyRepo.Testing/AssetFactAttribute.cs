using Xunit;

namespace PyRepo.Testing;

/// <summary>A test that needs test data from outside this repository, and is skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AssetFactAttribute : FactAttribute
{
    /// <summary>A test that needs this file or folder of the test data.</summary>
    public AssetFactAttribute(string path)
    {
        Path = path;
        if (Assets.Find(path) is null)
            Skip = Assets.Missing;
    }

    /// <summary>What the test needs.</summary>
    public string Path { get; }
}
