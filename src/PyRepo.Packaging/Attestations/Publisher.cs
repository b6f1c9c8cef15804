namespace PyRepo.Packaging.Attestations;

/// <summary>
/// The uploader of attestations, as the index knows it
/// (<see href="https://peps.python.org/pep-0740/#provenance-objects">PEP 740, provenance objects</see>).
/// </summary>
/// <param name="Kind">The kind of publisher: <c>GitHub</c>, <c>GitLab</c>, or one that only this index knows.</param>
/// <param name="Identity">The properties that identify the publisher among its kind. A value may be null.</param>
public sealed record Publisher(string Kind, IReadOnlyList<KeyValuePair<string, string?>> Identity)
{
    /// <summary>A workflow of GitHub, as PyPI writes it.</summary>
    public static Publisher GitHub(string repository, string? workflow, string? environment) => new("GitHub",
    [
        new("repository", repository), new("workflow", workflow), new("environment", environment),
    ]);

    /// <summary>A pipeline of GitLab, as PyPI writes it.</summary>
    public static Publisher GitLab(string repository, string? workflowPath, string? environment) => new("GitLab",
    [
        new("repository", repository), new("workflow_filepath", workflowPath), new("environment", environment),
    ]);

    /// <summary>Whether this publisher has all properties of another.</summary>
    public bool Includes(Publisher other) => Kind == other.Kind && other.Identity.All(Identity.Contains);

    /// <inheritdoc/>
    public bool Equals(Publisher? other) =>
        other is not null && Kind == other.Kind && Identity.SequenceEqual(other.Identity);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Identity.Count);
}
