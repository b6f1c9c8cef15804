using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Packaging.Requirements;

/// <summary>Reads a marker (dependency specifiers §grammar, as packaging reads it). Brackets may be nested a hundred
/// deep.</summary>
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
        var words = new List<string>();
        while (true)
        {
            if (!TryReadAtom(ref reader, depth, out var node))
                return false;
            nodes.Add(node);
            var word = reader.TryTakeWord("or") ? "or" : reader.TryTakeWord("and") ? "and" : null;
            if (word is null)
                break;
            words.Add(word);
        }
        group = new MarkerGroup(nodes, words);
        return true;
    }

    static bool TryReadAtom(ref RequirementReader reader, int depth, [NotNullWhen(true)] out MarkerNode? node)
    {
        node = null;
        reader.SkipBlanks();
        if (!reader.TryTake("("))
            return TryReadComparison(ref reader, out node);
        if (depth == MaxNesting || !TryReadGroup(ref reader, depth + 1, out node))
            return false;
        reader.SkipBlanks();
        if (!reader.TryTake(")"))
            return false;
        reader.SkipBlanks();
        return true;
    }

    static bool TryReadComparison(ref RequirementReader reader, [NotNullWhen(true)] out MarkerNode? node)
    {
        node = null;
        if (!TryReadOperand(ref reader, out var left))
            return false;
        reader.SkipBlanks();
        if (ReadOperator(ref reader) is not { } op)
            return false;
        reader.SkipBlanks();
        if (!TryReadOperand(ref reader, out var right))
            return false;
        reader.SkipBlanks();
        node = MarkerComparison.Create(left, op, right);
        return true;
    }

    static string? ReadOperator(ref RequirementReader reader)
    {
        if (reader.TryTakeWord("in"))
            return "in";
        if (reader.TryTakeWord("not"))
        {
            var before = reader.Rest.Length;
            reader.SkipBlanks();
            return before > reader.Rest.Length && reader.TryTakeWord("in") ? "not in" : null;
        }
        foreach (var op in _operators)
        {
            if (reader.TryTake(op))
                return op;
        }
        return null;
    }

    /// <summary>Older spellings of variables stand for today's.</summary>
    static string UsualSpelling(string variable) => variable == "python_implementation"
        ? "platform_python_implementation"
        : variable.Replace('.', '_');

    static bool TryReadOperand(ref RequirementReader reader, out MarkerOperand operand)
    {
        foreach (var variable in _variables)
        {
            if (!reader.TryTakeWord(variable))
                continue;
            operand = new MarkerOperand(UsualSpelling(variable), true);
            return true;
        }
        var isString = reader.TryTakeString(out var text);
        operand = new MarkerOperand(text, false);
        return isString;
    }
}
