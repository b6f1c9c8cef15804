using System.Text;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>The names in a text in reStructuredText: of sections, targets of links, footnotes and substitutions.
/// </summary>
/// <param name="budget">Charged with each name that is compared: some are as long as the text.</param>
sealed class RstNames(WorkBudget budget)
{
    const int MaxIdLength = 100;

    /// <summary>The targets between a name and an address that are followed.</summary>
    const int MaxIndirections = 8;

    readonly Dictionary<string, RstTarget> _targets = new(StringComparer.Ordinal);
    readonly Dictionary<string, RstTarget> _titles = new(StringComparer.Ordinal);
    readonly Dictionary<string, RstBlock> _substitutions = new(StringComparer.Ordinal);
    readonly Dictionary<string, (string Label, string Id)> _notes = new(StringComparer.Ordinal);
    readonly UniqueIds _ids = new();
    readonly List<string> _anonymous = [];
    readonly List<string> _automatic = [];
    int _nextAnonymous, _nextAutomatic, _number;

    /// <summary>Returns a name as it is compared: case and the width of spaces do not matter.</summary>
    string Normalize(string name)
    {
        budget.Charge(name.Length + 1);
        return string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
    }

    /// <summary>Adds a section's title, and returns its id.</summary>
    public string AddTitle(string title)
    {
        var text = title.Replace("`", "", StringComparison.Ordinal).Replace("*", "", StringComparison.Ordinal)
            .Replace("\\", "", StringComparison.Ordinal);
        var id = _ids.Give(Slug(text));
        _titles.TryAdd(Normalize(text), new(null, id));
        return id;
    }

    /// <summary>Adds a place in the text, and returns its id.</summary>
    public string AddPlace(string name)
    {
        var id = _ids.Give(Slug(name));
        _targets.TryAdd(Normalize(name), new(null, id));
        return id;
    }

    /// <summary>Adds an address, or another name with an underscore at its end.</summary>
    public void AddAddress(string name, string address) => _targets[Normalize(name)] = new(address, null);

    /// <summary>Adds an address unless the name has one.</summary>
    public void TryAddAddress(string name, string address) => _targets.TryAdd(Normalize(name), new(address, null));

    /// <summary>Adds an address without a name.</summary>
    public void AddAnonymous(string address) => _anonymous.Add(address);

    /// <summary>Adds what stands between bars.</summary>
    public void AddSubstitution(string name, RstBlock content) => _substitutions.TryAdd(Normalize(name), content);

    /// <summary>Adds a footnote by what is in its brackets, and returns what is shown there.</summary>
    public (string Label, string Id) AddNote(string label)
    {
        var isAutomatic = label.StartsWith('#');
        var shown = isAutomatic ? $"{++_number}" : label;
        var id = _ids.Give(Slug($"note-{shown}"));
        if (label is "#")
            _automatic.Add(shown);
        _notes.TryAdd(Normalize(isAutomatic && label.Length > 1 ? label : shown), (shown, id));
        return (shown, id);
    }

    /// <summary>Returns the footnote of a reference, or null if there is none.</summary>
    public (string Label, string Id)? FindNote(string label)
    {
        if (label is "#")
            label = _nextAutomatic < _automatic.Count ? _automatic[_nextAutomatic++] : label;
        return _notes.TryGetValue(Normalize(label), out var note) ? note : null;
    }

    /// <summary>Returns what stands between bars, or null if nothing is said of it.</summary>
    public RstBlock? FindSubstitution(string name) => _substitutions.GetValueOrDefault(Normalize(name));

    /// <summary>Returns the target of the next link without a name, or null if there is none.</summary>
    public RstTarget? NextAnonymous() =>
        _nextAnonymous < _anonymous.Count ? Resolve(_anonymous[_nextAnonymous++]) : null;

    /// <summary>Returns the target of a name, or null if there is none.</summary>
    public RstTarget? Find(string name)
    {
        name = Normalize(name);
        for (var i = 0; i < MaxIndirections; i++)
        {
            if (!_targets.TryGetValue(name, out var target) && !_titles.TryGetValue(name, out target))
                return null;
            if (target.Address is not [.., '_'] address)
                return target.Address is null ? target : Resolve(target.Address);
            name = Normalize(address[..^1].Trim('`'));
        }
        return null;
    }

    /// <summary>Returns the target that an address is: <c>#usage</c> is a place in the text.</summary>
    public RstTarget? Resolve(string address)
    {
        if (address is ['#', .. var id])
            return _ids.Contains(id) ? new(null, id) : null;
        return address is [.., '_'] && !address.Contains('/', StringComparison.Ordinal)
            ? Find(address[..^1].Trim('`'))
            : new(address, null);
    }

    /// <summary>The id that docutils makes of a name.</summary>
    static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.Trim())
        {
            if (slug.Length == MaxIdLength)
                break;
            if (char.IsLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        var id = slug.ToString().TrimEnd('-');
        return id.Length == 0 ? "section" : id;
    }
}

/// <summary>Where a link leads to.</summary>
/// <param name="Address">An address, which may be anything, or null.</param>
/// <param name="Id">The id of a place in the text, or null.</param>
sealed record RstTarget(string? Address, string? Id);
