using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Inspection;

/// <summary>Lists a source distribution, and reads its PKG-INFO and the <c>.pth</c> files of its top directory. What its
/// build would do, nobody knows without running it.</summary>
sealed class SdistInspection(Stream stream, DistributionFileName name, CancellationToken cancellationToken)
{
    const string MetadataName = "PKG-INFO";

    /// <summary>The directories of an sdist from which builds copy into <c>site-packages</c>.</summary>
    static readonly string[] _sources = ["src/", "lib/"];

    readonly FactsBuilder _facts = new(name.Project);

    /// <summary>Returns the facts. There are none about a format that .NET cannot read.</summary>
    /// <exception cref="ArchiveException">The archive is broken.</exception>
    public ArchiveFacts Run()
    {
        FileExtension.TryFind(name.FileName, out var extension);
        switch (extension?.Canonical)
        {
            case ".tar.gz":
                using (var inflated = new BoundedGzipStream(stream))
                    ReadTar(inflated);
                break;
            case ".tar":
                stream.Position = 0;
                ReadTar(stream);
                break;
            case ".zip":
                ReadZip();
                break;
        }
        return _facts.ToFacts();
    }

    void ReadTar(Stream inflated)
    {
        var tar = new TarReader(inflated, strict: false, cancellationToken);
        while (tar.Next() is { } member)
        {
            cancellationToken.ThrowIfCancellationRequested();
            MemberPath.RequireNoNul(member.Path);
            if (member.IsDirectory)
                continue;
            // The member's data are read once, and only if they are small.
            Add(member.Path, maxLength => member.IsFile && member.Size <= maxLength ? tar.ReadData() : null);
        }
    }

    void ReadZip()
    {
        foreach (var entry in ZipDirectory.Open(stream).ReadEntries())
        {
            cancellationToken.ThrowIfCancellationRequested();
            MemberPath.CheckLength(entry.Name, "name");
            MemberPath.RequireNoNul(entry.Name);
            if (entry.IsDirectory)
                continue;
            Add(entry.Name, maxLength => entry.Size <= maxLength ? ZipMember.ReadAll(stream, entry) : null);
        }
    }

    void AddMetadata(string path, byte[]? document)
    {
        if (document is null)
            _facts.AddProblem(
                $"its member {MemberPath.Show(path)} is no file of at most {CoreMetadata.MaxLength} bytes");
        else
            _facts.AddMetadata(document);
    }

    void Add(string member, Func<int, byte[]?> read)
    {
        var path = MemberPath.Normalize(InstalledPath.Clean(member));
        _facts.AddIfNative(path);
        if (MemberPath.IsBelowTop(path, MetadataName))
            AddMetadata(path, read(CoreMetadata.MaxLength));
        var top = MemberPath.Top(path);
        if (top.Length == path.Length)
            return;
        var below = path[(top.Length + 1)..];
        foreach (var source in _sources)
        {
            if (below.StartsWith(source, StringComparison.Ordinal))
                below = below[source.Length..];
        }
        if (StartupRules.IsPathFile(below))
            _facts.AddPathFile(path, read(StartupRules.MaxLength));
        else if (StartupRules.IsAlwaysRun(below, name.Project))
            _facts.AddStartup(path, read(StartupRules.MaxLength));
    }
}
