using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Packaging.Requirements;

/// <summary>Parses markers like <c>packaging</c>
/// (<see href="https://packaging.python.org/en/latest/specifications/dependency-specifiers/#grammar">grammar</see>).
/// Parentheses can be nested up to 100 levels deep.</summary>
static class MarkerReader
{
    const int MaxNesting = 100;

    static readonly string[] _operators = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

    static readonly string[] _variables =
    [
        "python_version", "python_full_version", "os_name", "os.name", "sys_platform", "sys.platform",
        "platform_release", "platform_system", "platform_version", "platform.version", "platform_machine",
        "platform.machine", "platform_python_implementation", "platform.python_implementation",
        "python_implementation", "implementation_name", "implementation_version", "extra", "extras",
        "dependency_groups",
    ];

    public static bool TryRead(ref RequirementReader reader, [NotNullWhen(true)] out MarkerNode? marker) =>
        TryReadGroup(ref reader, 0, out marker);

    static bool TryReadGroup(ref RequirementReader reader, int depth, [NotNullWhen(true)] out MarkerNode? group)
    {
        group = null;
        var nodes = new List<MarkerNode>();
        var operators = new List<string>();
        while (true)
        {
            if (!TryReadAtom(ref reader, depth, out var node))
                return false;
            nodes.Add(node);
            var booleanOperator = reader.TryReadWord("or") ? "or" : reader.TryReadWord("and") ? "and" : null;
            if (booleanOperator is null)
                break;
            operators.Add(booleanOperator);
        }
        group = new MarkerGroup(nodes, operators);
        return true;
    }

    static bool TryReadAtom(ref RequirementReader reader, int depth, [NotNullWhen(true)] out MarkerNode? node)
    {
        node = null;
        reader.SkipWhitespace();
        if (!reader.TryRead("("))
            return TryReadComparison(ref reader, out node);
        if (depth == MaxNesting || !TryReadGroup(ref reader, depth + 1, out node))
            return false;
        reader.SkipWhitespace();
        if (!reader.TryRead(")"))
            return false;
        reader.SkipWhitespace();
        return true;
    }

    static bool TryReadComparison(ref RequirementReader reader, [NotNullWhen(true)] out MarkerNode? node)
    {
        node = null;
        if (!TryReadOperand(ref reader, out var left))
            return false;
        reader.SkipWhitespace();
        if (ReadOperator(ref reader) is not { } op)
            return false;
        reader.SkipWhitespace();
        if (!TryReadOperand(ref reader, out var right))
            return false;
        reader.SkipWhitespace();
        node = MarkerComparison.Create(left, op, right);
        return true;
    }

    static string? ReadOperator(ref RequirementReader reader)
    {
        if (reader.TryReadWord("in"))
            return "in";
        if (reader.TryReadWord("not"))
        {
            var before = reader.Remaining.Length;
            reader.SkipWhitespace();
            return before > reader.Remaining.Length && reader.TryReadWord("in") ? "not in" : null;
        }
        foreach (var op in _operators)
        {
            if (reader.TryRead(op))
                return op;
        }
        return null;
    }

    /// <summary>Returns the current name of a variable for an older spelling.</summary>
    static string Canonicalize(string variable) => variable == "python_implementation"
        ? "platform_python_implementation"
        : variable.Replace('.', '_');

    static bool TryReadOperand(ref RequirementReader reader, out MarkerOperand operand)
    {
        foreach (var variable in _variables)
        {
            if (!reader.TryReadWord(variable))
                continue;
            operand = new MarkerOperand(Canonicalize(variable), true);
            return true;
        }
        var isString = reader.TryReadString(out var text);
        operand = new MarkerOperand(text, false);
        return isString;
    }
}
