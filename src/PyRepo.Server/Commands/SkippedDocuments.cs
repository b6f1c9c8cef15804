using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Commands;

/// <summary>Says in one line which documents among the manifests are not PyRepo's.</summary>
static class SkippedDocuments
{
    const int MaxFiles = 8;
    const int MaxKinds = 4;

    /// <summary>Returns the line, or null if nothing was skipped.</summary>
    public static string? Describe(IReadOnlyCollection<IgnoredDocument> ignored)
    {
        var files = ignored.GroupBy(document => document.Position.Source).ToList();
        if (files.Count == 0)
            return null;
        return $"skipped: {Listed(files.Select(f => $"{f.Key} ({Kinds(f)})"), MaxFiles, "files")}";
    }

    static string Kinds(IEnumerable<IgnoredDocument> documents) =>
        Listed(documents.Select(NameOf).Distinct(), MaxKinds, "kinds");

    static string NameOf(IgnoredDocument document) =>
        document.Kind.Length == 0 ? "not a Kubernetes object" : Quote.Bare(document.Kind);

    static string Listed(IEnumerable<string> items, int max, string noun)
    {
        string[] all = [.. items];
        var listed = string.Join(", ", all.Take(max));
        return all.Length > max ? $"{listed} and {all.Length - max} more {noun}" : listed;
    }
}
