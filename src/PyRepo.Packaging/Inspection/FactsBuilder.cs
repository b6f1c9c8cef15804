using System.Security.Cryptography;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;

namespace PyRepo.Packaging.Inspection;

/// <summary>Gathers facts while an archive is read. What is kept is bounded.</summary>
sealed class FactsBuilder(ProjectName project)
{
    /// <summary>The characters of the name of a requirement. No index has a project with a longer one.</summary>
    const int MaxNameLength = 128;

    static readonly string[] _compiled = [".so", ".pyd", ".dll", ".dylib", ".exe"];

    readonly SortedSet<string> _topLevel = new(StringComparer.Ordinal);
    readonly List<StartupFile> _startup = [];
    readonly List<string> _commands = [], _native = [], _unrecorded = [], _missing = [];
    IReadOnlyList<string>? _requirements;

    /// <summary>Whether something was not read.</summary>
    public bool IsPartial { get; set; }

    /// <summary>Adds a file of <c>site-packages</c>, or of a source distribution's top directory.</summary>
    public void AddModule(string path)
    {
        if (ModuleName.Get(path) is { } name && _topLevel.Count <= ArchiveFacts.MaxTopLevel)
            _topLevel.Add(MemberPath.Show(name));
    }

    /// <summary>Adds a file that is run at each start.</summary>
    public void AddStartup(string path, byte[]? content)
    {
        if (_startup.Count < ArchiveFacts.MaxExamples)
            _startup.Add(new(MemberPath.Show(path), content is null ? null : GetSha256(content)));
        else
            _startup[^1] = new(MemberPath.Show(path), null); // Of so many, no release before vouches for the last one.
    }

    /// <summary>Adds a <c>.pth</c>, if it runs something. One that was not read counts as such.</summary>
    public void AddPathFile(string path, byte[]? content)
    {
        if (content is null || StartupRules.RunsCode(content, project))
            AddStartup(path, content);
    }

    /// <summary>Adds a command, if it takes the place of an interpreter or an installer.</summary>
    public void AddCommand(string name)
    {
        if (CommandRules.FindReplaced(name, project) is not null)
            AddExample(_commands, name);
    }

    /// <summary>Adds a file, if it is compiled.</summary>
    public void AddIfNative(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Array.Exists(_compiled, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            || name.Contains(".so.", StringComparison.Ordinal))
        {
            AddExample(_native, path);
        }
    }

    /// <summary>Adds a file that RECORD does not list.</summary>
    public void AddUnrecorded(string path) => AddExample(_unrecorded, path);

    /// <summary>Adds a file that RECORD lists and that is not there.</summary>
    public void AddMissing(string path) => AddExample(_missing, path);

    /// <summary>Adds the metadata.</summary>
    public void AddMetadata(byte[] document)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in CoreMetadata.Parse(document).RequiresDist)
        {
            if (names.Count < ArchiveFacts.MaxRequirements && Requirement.TryParse(text, out var requirement)
                && requirement.Project.Value is { Length: > 0 and <= MaxNameLength } name)
            {
                names.Add(name);
            }
        }
        _requirements = [.. names];
    }

    /// <summary>Returns the facts.</summary>
    public ArchiveFacts ToFacts() => new()
    {
        Problem = _topLevel.Count > ArchiveFacts.MaxTopLevel
            ? $"it has more than {ArchiveFacts.MaxTopLevel} modules at its top level" : null,
        IsPartial = IsPartial,
        TopLevel = [.. _topLevel.Take(ArchiveFacts.MaxTopLevel)],
        StartupFiles = _startup,
        Commands = _commands,
        Unrecorded = _unrecorded,
        Missing = _missing,
        NativeFiles = _native,
        Requirements = _requirements,
    };

    static void AddExample(List<string> examples, string text)
    {
        if (examples.Count < ArchiveFacts.MaxExamples)
            examples.Add(MemberPath.Show(text));
    }

    static string GetSha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
