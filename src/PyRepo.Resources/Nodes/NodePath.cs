using System.Text;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Makes the path of a node from its parts, as far as a problem shows it: keys may be as long as the document, and have
/// as many problems within.
/// </summary>
static class NodePath
{
    /// <summary>Joins the parts, of which the innermost is on top.</summary>
    public static string From(Stack<string> parts)
    {
        var path = new StringBuilder();
        foreach (var part in parts.Reverse())
        {
            var room = Quote.MaxPathLength + 1 - path.Length;
            path.Append(part.AsSpan(0, Math.Min(part.Length, Math.Max(room, 0))));
        }
        return path.ToString();
    }
}
