using System.Text;
using System.Text.Json;
using BpDao.Core;
using BpDao.State.Trie;
using BpDao.Testing;
using Xunit;

namespace BpDao.State.Tests.Trie;

/// <summary>TrieTests of ethereum/tests.</summary>
public sealed class TrieVectorTests
{
    private const string Archive = "basic.zip";

    [FixtureTheory(Archive)]
    [InlineData("trietest.json", false)]
    [InlineData("trieanyorder.json", false)]
    [InlineData("trietest_secureTrie.json", true)]
    [InlineData("trieanyorder_secureTrie.json", true)]
    [InlineData("hex_encoded_securetrie_test.json", true)]
    public void Official_roots_come_out(string file, bool hashedKeys)
    {
        using JsonDocument json = Fixtures.ReadJson(Archive, "TrieTests/" + file);
        int cases = 0;
        foreach (JsonProperty test in json.RootElement.EnumerateObject())
        {
            MerkleTrie trie = new(new NodeTable(), [], Account.EmptyTrieRoot);
            foreach ((byte[] key, byte[] value) in Writes(test.Value.GetProperty("in")))
            {
                trie.Set(Nibbles.Expand(hashedKeys ? Keccak256.Hash(key).Bytes : key), value);
            }

            Assert.Equal(Hash256.Parse(test.Value.GetProperty("root").GetString()!), new NodeTable().Apply(trie));
            cases++;
        }

        Assert.NotEqual(0, cases);
    }

    /// <summary>The names say it: the root does not depend on the order.</summary>
    [FixtureTheory(Archive)]
    [InlineData("trieanyorder.json", false)]
    [InlineData("trieanyorder_secureTrie.json", true)]
    [InlineData("hex_encoded_securetrie_test.json", true)]
    public void Official_roots_come_out_in_any_order(string file, bool hashedKeys)
    {
        using JsonDocument json = Fixtures.ReadJson(Archive, "TrieTests/" + file);
        Assert.All(json.RootElement.EnumerateObject(), test =>
        {
            (byte[] Key, byte[] Value)[] writes = [.. Writes(test.Value.GetProperty("in"))];
            for (int turn = 0; turn < writes.Length; turn++)
            {
                foreach (bool backward in (bool[])[false, true])
                {
                    IEnumerable<(byte[] Key, byte[] Value)> order = writes[turn..].Concat(writes[..turn]);
                    MerkleTrie trie = new(new NodeTable(), [], Account.EmptyTrieRoot);
                    foreach ((byte[] key, byte[] value) in backward ? order.Reverse() : order)
                    {
                        trie.Set(Nibbles.Expand(hashedKeys ? Keccak256.Hash(key).Bytes : key), value);
                    }

                    Assert.Equal(Hash256.Parse(test.Value.GetProperty("root").GetString()!), new NodeTable().Apply(trie));
                }
            }
        });
    }

    [FixtureFact(Archive)]
    public void Paths_are_packed_as_the_hex_prefix_vectors_have_it()
    {
        using JsonDocument json = Fixtures.ReadJson(Archive, "BasicTests/hexencodetest.json");
        Assert.All(json.RootElement.EnumerateObject(), test =>
        {
            byte[] nibbles = [.. test.Value.GetProperty("seq").EnumerateArray().Select(n => n.GetByte())];
            bool isLeaf = test.Value.GetProperty("term").GetBoolean();
            byte[] packed = new byte[Nibbles.PackedLength(nibbles.Length)];
            Nibbles.Pack(nibbles, isLeaf, packed);
            Assert.Equal(Hex.Decode(test.Value.GetProperty("out").GetString()!), packed);
            Assert.True(Nibbles.TryUnpack(packed, out byte[] unpacked, out bool wasLeaf));
            Assert.Equal(nibbles, unpacked);
            Assert.Equal(isLeaf, wasLeaf);
        });
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> Writes(JsonElement input) => input.ValueKind == JsonValueKind.Array
        ? input.EnumerateArray().Select(pair => (Bytes(pair[0]), Bytes(pair[1])))
        : input.EnumerateObject().Select(pair => (Bytes(pair.Name), Bytes(pair.Value)));

    private static byte[] Bytes(JsonElement text) => text.ValueKind == JsonValueKind.Null ? [] : Bytes(text.GetString()!);

    private static byte[] Bytes(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? Hex.Decode(text) : Encoding.UTF8.GetBytes(text);
}
