using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Requirements;

/// <summary>A comparison, such as <c>python_version &gt;= "3.8"</c>.</summary>
sealed record MarkerComparison(MarkerOperand Left, string Operator, MarkerOperand Right) : MarkerNode
{
    /// <summary>Creates a comparison with normalized names of extras
    /// (<see href="https://peps.python.org/pep-0685/">PEP 685</see>).</summary>
    public static MarkerComparison Create(MarkerOperand left, string op, MarkerOperand right)
    {
        if (left.IsExtra && !right.IsVariable)
            right = right with { Text = ProjectName.Normalize(right.Text) };
        else if ((right.IsExtra || right.IsNameSet) && !left.IsVariable)
            left = left with { Text = ProjectName.Normalize(left.Text) };
        return new MarkerComparison(left, op, right);
    }

    /// <summary>If both sides are variables, the right one counts as text, as in <c>packaging</c>.</summary>
    public override bool Evaluate(MarkerEnvironment environment, string extra)
    {
        var variable = Left.IsVariable ? Left.Text : Right.Text;
        var value = variable == "extra" ? extra : environment.Find(variable);
        if (value is null)
            throw new MarkerException($"\"{variable}\" in the marker {Format()} has no value in this environment.");
        return Left.IsVariable
            ? Compare(variable, value, Right.Text)
            : Compare(variable, Left.Text, value);
    }

    public override void Write(StringBuilder output, bool isOutermost) => output.Append(Format());

    string Format() => $"{Left} {Operator} {Right}";

    bool Compare(string variable, string left, string right)
    {
        var hasVersions = variable
            is "implementation_version" or "platform_release" or "python_full_version" or "python_version";
        if (hasVersions && Specifier.TryParse(Operator + right, out var specifier))
            return specifier.IsArbitrary
                ? specifier.EqualsText(left)
                : PythonVersion.TryParse(left, out var version) && specifier.Contains(version);
        return Operator switch
        {
            "in" => right.Contains(left, StringComparison.Ordinal),
            "not in" => !right.Contains(left, StringComparison.Ordinal),
            "==" or "<=" or ">=" => left == right,
            "!=" => left != right,
            "<" or ">" => false,
            _ => throw new MarkerException($"The marker {Format()} compares values that are not versions."),
        };
    }
}

/// <summary>A valid marker has no value: it compares what cannot be compared, or names an undefined variable.</summary>
public sealed class MarkerException(string message) : Exception(message);

/// <summary>A side of a comparison: the name of a variable, or the text of a literal.</summary>
readonly record struct MarkerOperand(string Text, bool IsVariable)
{
    public bool IsExtra => IsVariable && Text == "extra";

    public bool IsNameSet => IsVariable && Text is "extras" or "dependency_groups";

    /// <summary>Formats the operand as in a marker. A literal never contains both kinds of quotes.</summary>
    public override string ToString() =>
        IsVariable ? Text : Text.Contains('"', StringComparison.Ordinal) ? $"'{Text}'" : $"\"{Text}\"";
}
