namespace EndToEnd.Examples;

/// <summary>Says which directory of <c>examples</c> a class tests.</summary>
/// <param name="directory">The directory's name.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExampleAttribute(string directory) : Attribute
{
    /// <summary>The directory's name.</summary>
    public string Directory => directory;
}
