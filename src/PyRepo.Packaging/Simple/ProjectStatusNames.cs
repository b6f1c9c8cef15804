namespace PyRepo.Packaging.Simple;

/// <summary>The names of a <see cref="ProjectStatus"/> in <see href="https://peps.python.org/pep-0792/">PEP
/// 792</see>.</summary>
public static class ProjectStatusNames
{
    /// <summary>Returns the name: <c>active</c>, <c>archived</c>, <c>quarantined</c> or <c>deprecated</c>.</summary>
    public static string ToName(this ProjectStatus status) => status switch
    {
        ProjectStatus.Archived => "archived",
        ProjectStatus.Quarantined => "quarantined",
        ProjectStatus.Deprecated => "deprecated",
        _ => "active",
    };

    /// <summary>Parses a name. Returns false if it is not one.</summary>
    public static bool TryParse(string? name, out ProjectStatus status)
    {
        foreach (var candidate in Enum.GetValues<ProjectStatus>())
        {
            status = candidate;
            if (candidate.ToName() == name)
                return true;
        }
        status = ProjectStatus.Active;
        return false;
    }
}
