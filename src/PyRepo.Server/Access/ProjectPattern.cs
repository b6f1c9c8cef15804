using System.IO.Enumeration;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Access;

/// <summary>Patterns of project names: a name, or one with <c>*</c> for any run of characters.</summary>
static class ProjectPattern
{
    /// <summary>Whether a name fits, whatever the spelling of the pattern.</summary>
    public static bool Matches(string pattern, ProjectName project) =>
        FileSystemName.MatchesSimpleExpression(ProjectName.Normalize(pattern), project.Value, ignoreCase: false);
}
