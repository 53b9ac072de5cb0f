using System.IO.Compression;
using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Basic;

/// <summary>GenesisTests and BasicTests of ethereum/tests.</summary>
public sealed class BasicVectorTests
{
    private const string Archive = "basic.zip";

    /// <summary>Files that another test class runs, or that ask for what this program does not have.</summary>
    private static readonly HashSet<string> Elsewhere =
    [
        "ABITests/basic_abi_tests.json", "KeyStoreTests/basic_tests.json", "PoWTests/ethash_tests.json", "RLPTests/RandomRLPTests/example.json",
        "RLPTests/invalidRLPTest.json", "RLPTests/rlptest.json", "TrieTests/hex_encoded_securetrie_test.json", "TrieTests/trieanyorder.json",
        "TrieTests/trieanyorder_secureTrie.json", "TrieTests/trietest.json", "TrieTests/trietest_secureTrie.json", "BasicTests/hexencodetest.json",
        "TrieTests/trietestnextprev.json", // the neighbours of a key: no part of this trie has that question
        "BasicTests/blockgenesistest.json", // a header of before Frontier
        "BasicTests/crypto.json", // ECIES of before RLPx
    ];

    [FixtureTheory(Archive)]
    [InlineData("test1")]
    [InlineData("test2")]
    [InlineData("test3")]
    public void Genesis_blocks_come_out(string name)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "GenesisTests/basic_genesis_tests.json");
        JsonElement test = file.RootElement.GetProperty(name);
        ChainSpec spec = new()
        {
            Name = name,
            ChainId = 1,
            NetworkId = 1,
            Forks = ForkSchedule.FromGenesis(Fork.Frontier),
            SealEngineType = "ethash",
            EngineParameters = default,
            Genesis = new GenesisSpec
            {
                Nonce = TestNumbers.Long(test.GetProperty("nonce")),
                Timestamp = TestNumbers.Long(test.GetProperty("timestamp")),
                ExtraData = TestNumbers.Bytes(test.GetProperty("extraData")),
                GasLimit = TestNumbers.Long(test.GetProperty("gasLimit")),
                Difficulty = TestNumbers.Word(test.GetProperty("difficulty")),
                MixHash = TestNumbers.Hash(test.GetProperty("mixHash")),
                Beneficiary = TestNumbers.Address(test.GetProperty("coinbase")),
                Alloc = test.GetProperty("alloc").EnumerateObject().ToDictionary(a => Address.Parse(a.Name), a => AccountOf(a.Value)),
            },
        };
        Assert.True(GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error), error);
        Assert.Equal(Hex.Decode(test.GetProperty("result").GetString()!), BlockCodec.Encode(genesis.Block));
    }

    [FixtureFact(Archive)]
    public void The_genesis_block_of_the_hashes_test_is_read_and_written()
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "BasicTests/genesishashestest.json");
        byte[] rlp = Hex.Decode(file.RootElement.GetProperty("genesis_rlp_hex").GetString()!);
        Assert.True(BlockCodec.TryDecode(rlp, out Block? block));
        Assert.Equal(Hash256.Parse(file.RootElement.GetProperty("genesis_state_root").GetString()!), block!.Header.StateRoot);
        Assert.Equal(rlp, BlockCodec.Encode(block));
    }

    [FixtureFact(Archive)]
    public void Addresses_follow_from_keys()
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "BasicTests/keyaddrtest.json");
        Assert.All(file.RootElement.EnumerateArray(), test =>
        {
            using PrivateKey key = new(Hex.Decode(test.GetProperty("key").GetString()!));
            Assert.Equal(Address.Parse(test.GetProperty("addr").GetString()!), key.Address);
        });
        Assert.NotEqual(0, file.RootElement.GetArrayLength());
    }

    [FixtureFact(Archive)]
    public void Signed_transactions_are_their_keys()
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "BasicTests/txtest.json");
        EthereumEcdsa ecdsa = new(Secp256k1.Default);
        Assert.All(file.RootElement.EnumerateArray(), test =>
        {
            using PrivateKey key = new(Hex.Decode(test.GetProperty("key").GetString()!));
            byte[] signed = Hex.Decode(test.GetProperty("signed").GetString()!);
            Assert.True(TransactionCodec.TryDecode(signed, out Transaction? tx));
            // Signed before EIP-2 made signatures unique.
            Assert.True(ecdsa.TryRecoverSender(tx!, out Address sender, allowHighS: true));
            Assert.Equal(key.Address, sender);
            Assert.Equal(Hex.Decode(test.GetProperty("data").GetString()!), tx!.Data.ToArray());
            Assert.Equal(signed, TransactionCodec.Encode(tx));
        });
        Assert.NotEqual(0, file.RootElement.GetArrayLength());
    }

    /// <summary>A file that appears in the archive is run by somebody, or somebody says why not.</summary>
    [FixtureFact(Archive)]
    public void No_file_of_the_archive_is_forgotten()
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        HashSet<string> here = ["GenesisTests/basic_genesis_tests.json", "BasicTests/genesishashestest.json", "BasicTests/keyaddrtest.json", "BasicTests/txtest.json"];
        Assert.DoesNotContain(zip.Entries.Select(e => e.FullName), name =>
            name.EndsWith(".json", StringComparison.Ordinal) && !name.Contains("ifficulty", StringComparison.Ordinal) // all of them: DifficultyTests
            && !here.Contains(name) && !Elsewhere.Contains(name));
    }

    private static GenesisAccount AccountOf(JsonElement account) => new(
        account.TryGetProperty("balance", out JsonElement wei) || account.TryGetProperty("wei", out wei) ? TestNumbers.Word(wei) : UInt256.Zero,
        0,
        account.TryGetProperty("code", out JsonElement code) ? TestNumbers.Bytes(code) : [],
        account.TryGetProperty("storage", out JsonElement storage)
            ? storage.EnumerateObject().ToDictionary(s => TestNumbers.Word(s.Name), s => TestNumbers.Word(s.Value))
            : []);
}
