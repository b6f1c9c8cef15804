using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>How a repository's upstream is, or those members of which the caller may read something.</summary>
static class RepositoryHealthView
{
    /// <summary>Creates the part of the front page; nothing for a repository that depends on no other.</summary>
    public static Html Render(PageContext page)
    {
        var repository = page.Request.Repository;
        if (repository.Members.Count > 0)
        {
            var members = repository.Members.Values.Where(page.Access.MayReadAny)
                .OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
            return Html.If(members.Count > 0, $"""
                <h2>Members</h2>
                <ul class="health">{members.Select(Member)}</ul>
                """);
        }
        return repository.HasUpstream
            ? Html.From($"""
                <h2>Upstream</h2>
                <ul class="health">{Upstream(repository.Health())}{Mirror(repository)}</ul>
                """)
            : Html.Empty;
    }

    static Html Member(RepositoryRegistration member)
    {
        var health = member.Health();
        var problem = member.Unavailable ?? health.Problem
            ?? (health.IsUpstreamFailing ? $"{health.Upstream} does not answer" : null);
        return Line(member.Name, problem, null);
    }

    static Html Upstream(RepositoryHealth health) => Line(
        health.Upstream ?? "", health.Problem ?? (health.IsUpstreamFailing ? "does not answer" : null),
        health.LastSuccess);

    static Html Line(string name, string? problem, DateTimeOffset? last) => Html.From($"""
        <li class="{(problem is null ? "good" : "bad")}"><b>{name}</b>
        {problem ?? "works"}{PageText.Day(", answered last on ", last)}</li>

        """);

    static Html Mirror(RepositoryRegistration repository)
    {
        if (repository.Mirror is not { } mirror)
            return Html.Empty;
        var last = mirror.LastSync is { } at
            ? Html.From($"last complete on {PageText.Day(at)}") : Html.From($"not complete yet");
        return Html.From($"<li>Mirror: {mirror.ProjectsDone} of {mirror.ProjectsTotal} projects, {last}.</li>\n");
    }
}
