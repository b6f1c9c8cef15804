using System.IO.Enumeration;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Access;

/// <summary>
/// Matches patterns of project names. A pattern is a name in which <c>*</c> matches any sequence of characters.
/// </summary>
static class ProjectPattern
{
    /// <summary>Returns whether a name matches a pattern. The pattern may use any spelling of the name.</summary>
    public static bool Matches(string pattern, ProjectName project) =>
        FileSystemName.MatchesSimpleExpression(ProjectName.Normalize(pattern), project.Value, ignoreCase: false);
}
