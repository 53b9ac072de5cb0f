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

    private static IEnumerable<(byte[] Key, byte[] Value)> Writes(JsonElement input) => input.ValueKind == JsonValueKind.Array
        ? input.EnumerateArray().Select(pair => (Bytes(pair[0]), Bytes(pair[1])))
        : input.EnumerateObject().Select(pair => (Bytes(pair.Name), Bytes(pair.Value)));

    private static byte[] Bytes(JsonElement text) => text.ValueKind == JsonValueKind.Null ? [] : Bytes(text.GetString()!);

    private static byte[] Bytes(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? Hex.Decode(text) : Encoding.UTF8.GetBytes(text);
}
