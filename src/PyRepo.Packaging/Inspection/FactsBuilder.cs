using System.Security.Cryptography;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;

namespace PyRepo.Packaging.Inspection;

/// <summary>Gathers facts while an archive is read. What is kept is bounded.</summary>
sealed class FactsBuilder(ProjectName project)
{
    /// <summary>The characters of the name of a requirement. PyPI has no project with half as many.</summary>
    const int MaxNameLength = 200;

    static readonly string[] _compiled = [".so", ".pyd", ".dll", ".dylib", ".exe"];

    /// <summary>The characters of all names at the top level, and of all requirements.</summary>
    const int MaxTopLevelLength = 4000, MaxRequirementsLength = 8000;

    readonly SortedSet<string> _topLevel = new(StringComparer.Ordinal);
    readonly List<StartupFile> _startup = [];
    readonly List<string> _commands = [], _native = [], _unrecorded = [], _missing = [];
    IReadOnlyList<string>? _requirements;
    int _topLevelLength;
    string? _problem;

    /// <summary>Whether something was not read.</summary>
    public bool IsPartial { get; set; }

    /// <summary>Adds a file of <c>site-packages</c>, or of a source distribution's top directory.</summary>
    public void AddModule(string path)
    {
        if (_problem is not null || ModuleName.Get(path) is not { } name)
            return;
        var shown = MemberPath.Show(name);
        if (!_topLevel.Add(shown))
            return;
        _topLevelLength += shown.Length;
        if (_topLevel.Count > ArchiveFacts.MaxTopLevel || _topLevelLength > MaxTopLevelLength)
        {
            _topLevel.Remove(shown);
            AddProblem($"it has more than {ArchiveFacts.MaxTopLevel} modules at its top level, or very long names");
        }
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

    /// <summary>Adds why no rule can say anything of the archive, as the end of a sentence.</summary>
    public void AddProblem(string problem) => _problem ??= problem;

    /// <summary>Adds the metadata.</summary>
    public void AddMetadata(byte[] document)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var length = 0;
        foreach (var text in CoreMetadata.Parse(document).RequiresDist)
        {
            if (!Requirement.TryReadProject(text, out var required) || !names.Add(required.Value))
                continue;
            var name = required.Value;
            length += name.Length;
            if (name.Length > MaxNameLength)
            {
                names.Remove(name);
                AddProblem($"it requires a project with a name of {name.Length} characters");
                break;
            }
            if (names.Count > ArchiveFacts.MaxRequirements || length > MaxRequirementsLength)
            {
                names.Remove(name);
                AddProblem($"it requires more than {ArchiveFacts.MaxRequirements} projects");
                break;
            }
        }
        _requirements = [.. names];
    }

    /// <summary>Returns the facts.</summary>
    public ArchiveFacts ToFacts() => new()
    {
        Problem = _problem,
        IsPartial = IsPartial,
        TopLevel = [.. _topLevel],
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
