using Xunit;

namespace PyRepo.Testing;

/// <summary>As <see cref="AssetFactAttribute"/>, with several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AssetTheoryAttribute : TheoryAttribute
{
    /// <summary>A test that needs this file or folder of the test data.</summary>
    public AssetTheoryAttribute(string path)
    {
        Path = path;
        if (Assets.Find(path) is null)
            Skip = Assets.Missing;
    }

    /// <summary>What the test needs.</summary>
    public string Path { get; }
}
