using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>The manifests in some files and folders, and the problems of reading them.</summary>
public sealed record ManifestFiles(ImmutableArray<ManifestSource> Sources, ImmutableArray<Diagnostic> Problems)
{
    /// <summary>The maximum size of a file, in bytes. A cluster accepts no object above 3 MiB.</summary>
    const long MaxBytes = 16 << 20;

    /// <summary>The files in folders that were skipped because they belong to other programs.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; init; } = [];

    static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads files, and the <c>.yaml</c>, <c>.yml</c> and <c>.json</c> files of folders in ordinal order. Like
    /// <c>kubectl apply -f</c>, it skips hidden files and subfolders, and <c>-</c> is standard input.
    /// </summary>
    /// <param name="filesOrFolders">The paths.</param>
    /// <param name="isRegular">
    /// Whether there is a regular file at a path, which .NET does not tell. In a folder, what is none is skipped: to
    /// open a FIFO is to wait for it. Null opens everything.
    /// </param>
    public static ManifestFiles Load(IEnumerable<string> filesOrFolders, Predicate<string>? isRegular = null)
    {
        ArgumentNullException.ThrowIfNull(filesOrFolders);
        var sources = ImmutableArray.CreateBuilder<ManifestSource>();
        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        var warnings = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var path in filesOrFolders)
        {
            var isFolder = Directory.Exists(path);
            foreach (var file in isFolder ? FilesIn(path, problems) : [path])
            {
                if (isFolder && isRegular?.Invoke(file) == false && File.Exists(file))
                    Report(file, "is not a regular file; skipped", warnings);
                else if (Read(file, isFolder, problems, warnings) is { } source)
                    sources.Add(source);
            }
        }
        return new(sources.ToImmutable(), problems.ToImmutable()) { Warnings = warnings.ToImmutable() };
    }

    /// <summary>Parses the manifests. Problems of the files come first.</summary>
    public ManifestSet Read()
    {
        var set = ManifestReader.Read(Sources);
        return set with { Problems = [.. Problems, .. set.Problems], Warnings = [.. Warnings, .. set.Warnings] };
    }

    static string[] FilesIn(string path, ImmutableArray<Diagnostic>.Builder problems)
    {
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

    static ManifestSource? Read(
        string path, bool isFromFolder, ImmutableArray<Diagnostic>.Builder problems,
        ImmutableArray<Diagnostic>.Builder warnings)
    {
        var name = StandardInput.Is(path) ? StandardInput.Name : path;
        try
        {
            var content = StandardInput.Is(path) ? StandardInput.Content : ReadBytes(path);
            if (content.Length > MaxBytes)
                Report(name, $"is larger than {MaxBytes >> 20} MiB", problems);
            else if (GetText(content) is { } text)
                return new(name, text) { IsFromFolder = isFromFolder };
            else if (isFromFolder
                && content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(ManifestSource.Mark)) < 0)
                Report(
                    name, $"is not UTF-8 text; skipped, because it does not mention {ManifestSource.Mark}", warnings);
            else
                Report(name, "is not UTF-8 text", problems);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            Report(name, "does not exist", problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(name, $"cannot be read: {error.Message}", problems);
        }
        return null;
    }

    static byte[] ReadBytes(string path)
    {
        using var file = File.OpenRead(path);
        return ReadBytes(file);
    }

    /// <summary>Reads a file or a pipe, and stops one byte after the maximum size.</summary>
    internal static byte[] ReadBytes(Stream input)
    {
        var content = new MemoryStream();
        // Many small files are read every second.
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int read; content.Length <= MaxBytes && (read = input.Read(buffer)) > 0;)
                content.Write(buffer, 0, read);
            return content.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Returns the text, or null if it is not UTF-8.</summary>
    static string? GetText(byte[] content)
    {
        try
        {
            // A byte order mark, of whatever encoding, begins with one of these.
            if (content is not [0xEF or 0xFE or 0xFF or 0, ..])
                return _strictUtf8.GetString(content);
            using var reader = new StreamReader(new MemoryStream(content), _strictUtf8);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static void Report(string path, string message, ImmutableArray<Diagnostic>.Builder problems) =>
        problems.Add(Diagnostic.At(new SourcePosition(path, 0, 0), "", message, ProblemReason.Unreadable));
}

/// <summary>A text with manifests: YAML with any number of documents, or JSON.</summary>
/// <param name="Name">The name in problems: the path of a file as the user wrote it.</param>
/// <param name="Text">The text, with an optional byte order mark.</param>
public sealed record ManifestSource(string Name, string Text)
{
    /// <summary>The text that a file of ours contains, however broken it is.</summary>
    public const string Mark = $"{Resource.Group}/";

    /// <summary>
    /// Whether the file was found in a folder. A folder may hold files of other programs: values of a Helm chart, a
    /// template, a Compose file.
    /// </summary>
    public bool IsFromFolder { get; init; }

    /// <summary>Whether the file belongs to another program, as far as one can tell without reading it.</summary>
    public bool IsForeign => IsFromFolder && !Text.Contains(Mark, StringComparison.Ordinal);
}

/// <summary>
/// The content of some manifests. A resource with a problem is not in <see cref="Resources"/>. If there is any
/// problem, nothing of the set should be applied.
/// </summary>
public sealed record ManifestSet
{
    public ImmutableArray<Resource> Resources { get; init; } = [];

    public FrozenDictionary<ObjectName, SecretDocument> Secrets { get; init; } =
        FrozenDictionary<ObjectName, SecretDocument>.Empty;

    public FrozenDictionary<ObjectName, ConfigMapDocument> ConfigMaps { get; init; } =
        FrozenDictionary<ObjectName, ConfigMapDocument>.Empty;

    /// <summary>The invalid documents. They are in none of the other collections.</summary>
    public FrozenSet<(string Kind, ObjectName Name)> Broken { get; init; } = FrozenSet<(string, ObjectName)>.Empty;

    /// <summary>All problems, in the order of the sources.</summary>
    public ImmutableArray<Diagnostic> Problems { get; init; } = [];

    /// <summary>Files that were skipped although they cannot be read, because they belong to other programs.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Documents of other kinds, such as an Ingress in the same folder.</summary>
    public ImmutableArray<IgnoredDocument> Ignored { get; init; } = [];
}

/// <summary>
/// A document that PyRepo does not use. Version and kind are empty if it is no Kubernetes object at all, such as the
/// values of a Helm chart.
/// </summary>
public sealed record IgnoredDocument(string ApiVersion, string Kind, SourcePosition Position);
