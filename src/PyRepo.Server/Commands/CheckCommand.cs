using System.CommandLine;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo check</c></summary>
static class CheckCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var manifests = ManifestOptions.Files();
        var command = new Command(
            "check", "Validate manifests. The exit status is 1 if there is a problem.")
        {
            manifests,
        };
        command.SetAction(parsed =>
        {
            var configuration = ConfigurationReader.Read([.. parsed.GetRequiredValue(manifests)]);
            if (!Report(configuration, Console.Error))
                return 1;
            Console.WriteLine(configuration.Manifests.Resources.Length == 1
                ? "1 resource, no problems." : $"{configuration.Manifests.Resources.Length} resources, no problems.");
            return 0;
        });
        return command;
    }

    /// <summary>
    /// Writes what was skipped, all problems and, if there are none, all warnings and fields that have no effect yet.
    /// Returns false if there is a problem.
    /// </summary>
    public static bool Report(ServerConfiguration configuration, TextWriter output)
    {
        if (SkippedDocuments.Describe(configuration.Manifests.Ignored) is { } skipped)
            output.WriteLine(skipped);
        foreach (var problem in configuration.Problems)
            output.WriteLine(problem);
        if (!configuration.Problems.IsEmpty)
            return false;
        foreach (var warning in configuration.Warnings.Concat(configuration.NotSupportedYet))
            output.WriteLine($"warning: {warning}");
        return true;
    }
}

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
        Listed(documents.Select(GetName).Distinct(), MaxKinds, "kinds");

    static string GetName(IgnoredDocument document) =>
        document.Kind.Length == 0 ? "not a Kubernetes object" : Quote.Bare(document.Kind);

    static string Listed(IEnumerable<string> items, int max, string noun)
    {
        string[] all = [.. items];
        var listed = string.Join(", ", all.Take(max));
        return all.Length > max ? $"{listed} and {all.Length - max} more {noun}" : listed;
    }
}
