using System.Collections.Immutable;
using System.Text;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>The manifests in some files and folders, and the problems of reading them.</summary>
public sealed record ManifestFiles(ImmutableArray<ManifestSource> Sources, ImmutableArray<Problem> Problems)
{
    /// <summary>The maximum size of a file, in bytes. A cluster accepts no object above 3 MiB.</summary>
    const long MaxBytes = 16 << 20;

    static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads files, and the <c>.yaml</c>, <c>.yml</c> and <c>.json</c> files of folders in ordinal order. Like
    /// <c>kubectl apply -f</c>, it skips hidden files and subfolders.
    /// </summary>
    public static ManifestFiles Load(IEnumerable<string> filesOrFolders)
    {
        ArgumentNullException.ThrowIfNull(filesOrFolders);
        var sources = ImmutableArray.CreateBuilder<ManifestSource>();
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var path in filesOrFolders)
            foreach (var file in FilesOf(path, problems))
                if (Read(file, problems) is { } source)
                    sources.Add(source);
        return new(sources.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>Parses the manifests. Problems of the files come first.</summary>
    public ManifestSet Read()
    {
        var set = ManifestReader.Read(Sources);
        return set with { Problems = [.. Problems, .. set.Problems] };
    }

    static string[] FilesOf(string path, ImmutableArray<Problem>.Builder problems)
    {
        if (!Directory.Exists(path))
            return [path];
        try
        {
            var files = Directory.EnumerateFiles(path).Where(IsManifest).Order(StringComparer.Ordinal).ToArray();
            if (files.Length == 0)
                Report(path, "contains no .yaml, .yml or .json file", problems);
            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(path, $"cannot be read: {error.Message}", problems);
            return [];
        }
    }

    static bool IsManifest(string path) =>
        Path.GetFileName(path)[0] != '.' && Path.GetExtension(path) is ".yaml" or ".yml" or ".json";

    static ManifestSource? Read(string path, ImmutableArray<Problem>.Builder problems)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length <= MaxBytes)
                return new(path, ReadText(file));
            Report(path, $"is larger than {MaxBytes >> 20} MiB", problems);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            Report(path, "does not exist", problems);
        }
        catch (DecoderFallbackException)
        {
            Report(path, "is not UTF-8 text", problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(path, $"cannot be read: {error.Message}", problems);
        }
        return null;
    }

    static string ReadText(FileStream file)
    {
        using var reader = new StreamReader(file, _strictUtf8);
        return reader.ReadToEnd();
    }

    static void Report(string path, string message, ImmutableArray<Problem>.Builder problems) =>
        problems.Add(Problem.At(new SourcePosition(path, 0, 0), "", message, ProblemReason.Unreadable));
}
