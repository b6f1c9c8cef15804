using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>How a repository's upstream is, or those members of which the caller may read something.</summary>
static class RepositoryHealthView
{
    /// <summary>The reserved names that are listed at once.</summary>
    const int MaxReserved = 100;

    /// <summary>Creates the part of the front page; nothing for a repository that depends on no other.</summary>
    public static Html Render(PageContext page)
    {
        var repository = page.Request.Repository;
        if (repository.Members.Count > 0)
        {
            var members = repository.Members.Values.Where(page.Access.MayReadAny)
                .OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
            return Html.From($"""
                {Html.If(members.Count > 0, $"""
                    <h2>Members</h2>
                    <ul class="health">{members.Select(member => Member(page, member))}</ul>
                    """)}
                {Html.If(page.Access.MayReadSomeOfAll, $"{Reserved(page)}")}
                """);
        }
        return repository.HasUpstream
            ? Html.From($"""
                <h2>Upstream</h2>
                <ul class="health">{Upstream(repository.Health())}{Mirror(repository)}</ul>
                """)
            : Html.Empty;
    }

    static Html Member(PageContext page, RepositoryRegistration member)
    {
        var health = member.Health();
        var problem = member.Unavailable ?? health.Problem
            ?? (health.IsUpstreamFailing ? $"{health.Upstream} does not answer" : null);
        var name = member.HasServerPage
            ? Html.From($"""<a href="{page.Home}{member.Name}/">{member.Name}</a>""")
            : Html.From($"{member.Name}");
        return Line(name, problem, isAsked: !member.HasUpstream || health.LastSuccess is not null, null);
    }

    static Html Upstream(RepositoryHealth health) => Line(
        Html.From($"{health.Upstream}"), health.Problem ?? (health.IsUpstreamFailing ? "does not answer" : null),
        health.LastSuccess is not null, health.LastSuccess);

    /// <summary>Nobody knows how an upstream is that nobody has asked.</summary>
    static Html Line(Html name, string? problem, bool isAsked, DateTimeOffset? last) => Html.From($"""
        <li class="{(problem is not null ? "bad" : isAsked ? "good" : "unknown")}"><b>{name}</b>
        {problem ?? (isAsked ? "works" : "not asked yet")}{PageText.Day("; last response on ", last)}</li>

        """);

    /// <summary>Such a name may be a secret of a member that the caller may not read.</summary>
    static Html Reserved(PageContext page)
    {
        var names = page.Request.Repository.Reserved;
        return Html.If(names.Length > 0 && page.Access.MayReadSomeOfAll, $"""
            <h2>Reserved names</h2>
            <p class="muted">These never come from a proxy.</p>
            <ul class="chips">{names.Take(MaxReserved).Select(name => Html.From(
                $"""<li class="chip">{ReservedName(page, name)}</li>"""))}{Html.If(
                names.Length > MaxReserved, $"<li>and {names.Length - MaxReserved} more</li>")}</ul>
            """);
    }

    static Html ReservedName(PageContext page, string name) => name.Contains('*', StringComparison.Ordinal)
        ? Html.From($"{name}")
        : Html.From($"""<a href="{page.Root}project/{name}/">{name}</a>""");

    static Html Mirror(RepositoryRegistration repository)
    {
        if (repository.Mirror is not { } mirror)
            return Html.Empty;
        var last = mirror.LastSync is { } at
            ? Html.From($"last complete on {PageText.Day(at)}") : Html.From($"not complete yet");
        return Html.From($"<li>Mirror: {mirror.ProjectsDone} of {mirror.ProjectsTotal} projects, {last}.</li>\n");
    }
}
