using System.Text;

namespace PyRepo.Packaging.Requirements;

/// <summary>A part of a marker: a comparison, or several nodes joined by <c>and</c> and <c>or</c>.</summary>
abstract record MarkerNode
{
    public abstract bool Evaluate(MarkerEnvironment environment, string extra);

    public abstract void Write(StringBuilder output, bool isOutermost);
}
