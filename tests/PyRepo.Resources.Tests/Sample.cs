using System.Runtime.CompilerServices;
using PyRepo.Resources.Manifests;

namespace PyRepo.Resources.Tests;

/// <summary>Manifests for tests, and what reading them gives.</summary>
static class Sample
{
    /// <summary>The root of the source tree.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static string Text(string name) =>
        File.ReadAllText(Path.Combine(Root, "tests", "PyRepo.Resources.Tests", "Samples", name));

    public static ManifestSet Read(string text) => ManifestReader.Read([new("a.yaml", text)]);

    /// <summary>A document of a kind, named <c>sample</c>, with the lines of its spec.</summary>
    public static string Document(string kind, string spec) => $"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: {kind}
        metadata: {"{"} name: sample {"}"}
        spec:
          {spec.ReplaceLineEndings("\n  ")}

        """;

    /// <summary>The problems of such a document, as <c>path: message</c>.</summary>
    public static string[] GetProblems(string kind, string spec) =>
        [.. Read(Document(kind, spec)).Problems.Select(problem => $"{problem.FieldPath}: {problem.Message}")];

    static string ThisFile([CallerFilePath] string path = "") => path;

    public static T One<T>(string text) where T : Resource
    {
        var set = Read(text);
        Assert.Empty(set.Problems);
        return Assert.IsType<T>(Assert.Single(set.Resources));
    }
}
