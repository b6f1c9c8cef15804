using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The publishers and commits of a release's files, and the attestations that are not proved.</summary>
static class ProvenanceView
{
    const int MaxOrigins = 20, MaxNotes = 100, MaxFiles = 100;

    /// <summary>Creates the section; nothing if nobody has attested a file, and nobody is missed.</summary>
    public static Html Render(Release? release)
    {
        var files = release?.Files.FindAll(file => file.Verified is not null) ?? [];
        var notes = files.SelectMany(GetNotes).GroupBy(note => note.Text, note => note.File).ToList();
        var origins = files
            .SelectMany(file => file.Verified!.Attestations, (file, each) => (File: file, Attestation: each))
            .GroupBy(each => GetOrigin(each.Attestation)).ToList();
        var pending = files.Count(file => file.Verified is { Verdict: ProvenanceVerdict.Pending });
        return Html.If(notes.Count + origins.Count + pending > 0, $"""
            <h2 id="provenance">Provenance</h2>
            {Html.If(notes.Count > 0, $"<ul>{notes.Take(MaxNotes).Select(Note)}</ul>")}
            {origins.Take(MaxOrigins).Select(origin => Origin(
                origin.First().Attestation, [.. origin.Select(each => Signed(each.File, each.Attestation))]))}
            {Html.If(
                origins.Count > MaxOrigins,
                $"<p>Other files are from {PageText.Count(origins.Count - MaxOrigins)} other publishers or commits.</p>")}
            {Html.If(pending > 0, $"<p>{PageText.Count(pending, "file is", "files are")} not verified yet.</p>")}
            """);
    }

    /// <summary>Files of one origin are shown together.</summary>
    static object GetOrigin(ProvenAttestation attestation) => (
        attestation.Publisher, attestation.Repository, attestation.Commit, attestation.Ref);

    /// <summary>The faults of a file, as rests of sentences about it.</summary>
    static IEnumerable<(string Text, Distribution File)> GetNotes(Distribution file)
    {
        if (file.Verified is { Verdict: ProvenanceVerdict.Refused, Problem: { } problem })
            yield return ($"{problem}.", file);
        if (file.Verified is { Established: { Count: > 0 } established })
        {
            var known = string.Join(", ", established);
            yield return ($"is not attested by {known}, who attested earlier files.", file);
        }
    }

    static Html Note(IGrouping<string, Distribution> note)
    {
        var names = note.Select(file => Html.From($"<b><bdi>{file.Name.FileName}</bdi></b>")).ToList();
        return names is [var only]
            ? Html.From($"<li>{only} <bdi>{note.Key}</bdi></li>\n")
            : Html.From($"<li>Each of {PageText.Count(names.Count)} files <bdi>{note.Key}</bdi>\n{List(names)}</li>\n");
    }

    static Html Origin(ProvenAttestation attestation, List<Html> files) => Html.From($"""
        <dl class="metadata">
        {Row("Publisher", Text(attestation.Publisher))}
        {Row("Repository", Repository(attestation.Repository))}
        {Row("Commit", Commit(attestation))}
        {Row("Ref", Text(attestation.Ref))}
        {Row("Workflow", Text(attestation.Workflow))}
        {Row("Files", List(files))}
        </dl>
        """);

    static Html Row(string name, Html value) =>
        Html.If(value.Text.Length > 0, $"<dt>{name}</dt><dd>{value}</dd>\n");

    static Html Text(string? text) => text is null ? Html.Empty : Html.From($"<bdi>{text}</bdi>");

    static Html Signed(Distribution file, ProvenAttestation attestation) => Html.From($"""
        <bdi>{file.Name.FileName}</bdi>, signed at {PageText.Time(attestation.SignedAt)},
        entry {attestation.LogIndex} of <bdi>{attestation.Log}</bdi>
        """);

    static Html List(List<Html> items) => Html.From($"""
        <ul>{items.Take(MaxFiles).Select(item => Html.From($"<li>{item}</li>\n"))}
        {Html.If(items.Count > MaxFiles, $"<li>and {PageText.Count(items.Count - MaxFiles)} more</li>")}</ul>
        """);

    static Html Repository(string? repository) =>
        repository is not null && GetAddress(repository) is { } address
            ? SafeUrl.Link(address, repository)
            : Text(repository);

    static Html Commit(ProvenAttestation attestation)
    {
        if (attestation.Commit is not { } commit)
            return Html.Empty;
        var text = Html.From($"<code>{(commit.Length > 12 ? commit[..12] : commit)}</code>");
        var path = attestation.Kind switch { "GitHub" => "commit", "GitLab" => "-/commit", _ => null };
        return path is not null && commit.All(char.IsAsciiHexDigit) && GetAddress(attestation.Repository) is { } address
            ? Html.From($"""<a href="{address}/{path}/{commit}" rel="{SafeLink.Relations}">{text}</a>""")
            : text;
    }

    /// <summary>Returns the address of a repository, without a slash at its end, or null if it is no such page.</summary>
    static string? GetAddress(string? repository) =>
        SafeLink.External(repository) is { } address
            && new Uri(address) is { Scheme: "https", Query: "", Fragment: "" }
                ? address.TrimEnd('/')
                : null;
}
