namespace EndToEnd.Examples;

/// <summary>A block of commands of an example's README.</summary>
/// <param name="Commands">The lines of the block, which is marked <c>sh</c>.</param>
/// <param name="Output">What the README says that they print: the lines of the block <c>text</c> that follows.</param>
/// <param name="CleansUp">Whether it comes below the heading "Clean up".</param>
public sealed record ReadmeBlock(IReadOnlyList<string> Commands, IReadOnlyList<string> Output, bool CleansUp)
{
    const string Fence = "```";

    /// <summary>Reads the blocks of a README, in their order.</summary>
    public static IReadOnlyList<ReadmeBlock> Read(string readme)
    {
        var blocks = new List<ReadmeBlock>();
        var cleansUp = false;
        using var lines = File.ReadLines(readme).GetEnumerator();
        while (lines.MoveNext())
        {
            cleansUp |= lines.Current == "## Clean up";
            if (!lines.Current.StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var language = lines.Current[Fence.Length..];
            var content = GetRest(lines);
            if (language == "sh")
                blocks.Add(new(content, [], cleansUp));
            else if (language == "text")
                blocks[^1] = blocks[^1] with { Output = [.. blocks[^1].Output, .. content] };
        }
        return blocks;
    }

    static List<string> GetRest(IEnumerator<string> lines)
    {
        var content = new List<string>();
        while (lines.MoveNext() && lines.Current != Fence)
            content.Add(lines.Current);
        return content;
    }
}
