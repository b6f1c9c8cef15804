using System.Security.Cryptography;
using PyRepo.Sigstore.Bundles;

namespace PyRepo.Sigstore.Logs;

/// <summary>The tree of a log (RFC 6962 §2.1).</summary>
static class MerkleTree
{
    const byte Leaf = 0, Node = 1;

    /// <summary>Whether a proof leads from an entry to the tree's root (RFC 9162 §2.1.3.2).</summary>
    public static bool Includes(ReadOnlySpan<byte> entry, InclusionProof proof)
    {
        if (proof.Index >= proof.TreeSize)
            return false;
        var (node, last) = (proof.Index, proof.TreeSize - 1);
        var hash = HashLeaf(entry);
        foreach (var sibling in proof.Hashes)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = HashChildren(sibling.Span, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = HashChildren(hash, sibling.Span);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash.AsSpan().SequenceEqual(proof.RootHash.Span);
    }

    /// <summary>The hash of an entry.</summary>
    public static byte[] HashLeaf(ReadOnlySpan<byte> entry) => SHA256.HashData([Leaf, .. entry]);

    /// <summary>The hash of a node.</summary>
    public static byte[] HashChildren(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        SHA256.HashData([Node, .. left, .. right]);
}
