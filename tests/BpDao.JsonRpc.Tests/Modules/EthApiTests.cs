using System.Buffers.Binary;
using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.JsonRpc.Tests;

/// <summary>The <c>eth</c> namespace on a real chain in memory.</summary>
public sealed class EthApiTests : IDisposable
{
    private static readonly Address Cell = Address.FromNumber(0xce11);
    private static readonly Address Logger = Address.FromNumber(0x1069);
    private static readonly Address LongLogger = Address.FromNumber(0x10ff);
    private static readonly Address Reverter = Address.FromNumber(0xdead);
    private static readonly Address Environment = Address.FromNumber(0xe47);

    private readonly EthChain _eth = new(new ChainSpecBuilder()
        .WithContract(Cell, TestContracts.Cell, (UInt256.Zero, 5))
        .WithContract(Logger, TestContracts.Logger)
        .WithContract(LongLogger, TestContracts.LongLogger)
        .WithContract(Reverter, TestContracts.Reverter)
        .WithContract(Environment, TestContracts.Environment).Done());

    public void Dispose() => _eth.Dispose();

    [Fact]
    public void Names_the_chain_and_its_head()
    {
        _eth.Chain.Seal();

        Assert.Equal("0x5f66", _eth.Ask("eth_chainId").GetString());
        Assert.Equal("0x1", _eth.Ask("eth_blockNumber").GetString());
        Assert.False(_eth.Ask("eth_syncing").GetBoolean());
        Assert.Equal(0, _eth.Ask("eth_accounts").GetArrayLength());
    }

    [Fact]
    public void While_blocks_are_downloaded_it_says_from_where_to_where()
    {
        _eth.Sync.Status = new SyncStatus(1, 20, 300);
        JsonElement syncing = _eth.Ask("eth_syncing");
        Assert.Equal("0x1", syncing.GetProperty("startingBlock").GetString());
        Assert.Equal("0x14", syncing.GetProperty("currentBlock").GetString());
        Assert.Equal("0x12c", syncing.GetProperty("highestBlock").GetString());
        _eth.Sync.Status = null;
        Assert.False(_eth.Ask("eth_syncing").GetBoolean());
    }

    [Fact]
    public void Latest_safe_and_finalized_are_one_block()
    {
        Block head = _eth.Chain.Seal();

        Assert.All(
            (string[])["latest", "safe", "finalized", "0x1"],
            tag => Assert.Equal(head.Hash.ToString(), _eth.Ask("eth_getBlockByNumber", tag, false).GetProperty("hash").GetString()));
        Assert.Equal(JsonValueKind.Null, _eth.Ask("eth_getBlockByNumber", "0x2", false).ValueKind);
        Assert.Equal(_eth.Chain.Tree.Genesis.Hash.ToString(), _eth.Ask("eth_getBlockByNumber", "earliest", false).GetProperty("hash").GetString());
    }

    [Fact]
    public void Accounts_are_read_at_any_kept_block()
    {
        Address to = Address.FromNumber(0xbeef);
        _eth.Chain.Seal(Build.Transaction().To(to).WithValue(7).Signed());

        Assert.Equal("0x7", _eth.Ask("eth_getBalance", to, "latest").GetString());
        Assert.Equal("0x0", _eth.Ask("eth_getBalance", to, "0x0").GetString());
        Assert.Equal("0x7", _eth.Ask("eth_getBalance", to, new { blockHash = _eth.Chain.Head.Hash.ToString() }).GetString());
        Assert.Equal("0x1", _eth.Ask("eth_getTransactionCount", TestKeys.A.Address, "latest").GetString());
        Assert.Equal(Hex.Encode(TestContracts.Cell), _eth.Ask("eth_getCode", Cell).GetString());
        Assert.Equal("0x" + "5".PadLeft(64, '0'), _eth.Ask("eth_getStorageAt", Cell, "0x0").GetString());
    }

    [Fact]
    public void State_that_is_not_kept_is_said_to_be_unavailable()
    {
        using EthChain shortMemory = new(new ChainSpecBuilder().Done(), retained: 2);
        for (int i = 0; i < 5; i++) shortMemory.Chain.Seal();

        Assert.Equal(-32000, shortMemory.Fault("eth_getBalance", TestKeys.A.Address, "0x0").GetProperty("code").GetInt32());
        Assert.Equal(-32000, shortMemory.Fault("eth_call", new { to = TestKeys.A.Address.ToString() }, "0x0").GetProperty("code").GetInt32());
    }

    [Fact]
    public void A_transaction_is_seen_waiting_and_then_in_its_block()
    {
        Transaction tx = Build.Transaction().Signed();

        Assert.Equal(tx.Hash.ToString(), _eth.Ask("eth_sendRawTransaction", Hex.Encode(TransactionCodec.Encode(tx))).GetString());
        Assert.Equal(JsonValueKind.Null, _eth.Ask("eth_getTransactionByHash", tx.Hash).GetProperty("blockHash").ValueKind);
        Assert.Equal(JsonValueKind.Null, _eth.Ask("eth_getTransactionReceipt", tx.Hash).ValueKind);
        Assert.Equal("0x1", _eth.Ask("eth_getTransactionCount", TestKeys.A.Address, "pending").GetString());
        Assert.Equal("0x1", _eth.Ask("eth_getBlockTransactionCountByNumber", "pending").GetString());
        Assert.Equal(tx.Hash.ToString(), _eth.Ask("eth_getBlockByNumber", "pending", false).GetProperty("transactions")[0].GetString());

        Block block = _eth.Chain.Seal();

        JsonElement found = _eth.Ask("eth_getTransactionByHash", tx.Hash);
        Assert.Equal(block.Hash.ToString(), found.GetProperty("blockHash").GetString());
        Assert.Equal(TestKeys.A.Address.ToString(), found.GetProperty("from").GetString());
        JsonElement receipt = _eth.Ask("eth_getTransactionReceipt", tx.Hash);
        Assert.Equal("0x1", receipt.GetProperty("status").GetString());
        Assert.Equal("0x5208", receipt.GetProperty("gasUsed").GetString());
        Assert.Equal(receipt.GetRawText(), _eth.Ask("eth_getBlockReceipts", "latest")[0].GetRawText());
        Assert.Equal(found.GetRawText(), _eth.Ask("eth_getTransactionByBlockHashAndIndex", block.Hash, "0x0").GetRawText());
        Assert.Equal(found.GetRawText(), _eth.Ask("eth_getTransactionByBlockNumberAndIndex", "latest", "0x0").GetRawText());
        Assert.Equal(JsonValueKind.Null, _eth.Ask("eth_getTransactionByBlockNumberAndIndex", "latest", "0x1").ValueKind);
    }

    [Fact]
    public void Calls_run_on_the_state_and_leave_nothing()
    {
        string input = "0x" + "9".PadLeft(64, '0');

        Assert.Equal("0x" + "5".PadLeft(64, '0'), _eth.Ask("eth_call", new { to = Cell.ToString(), input }, "latest").GetString());
        Assert.Equal("0x" + "5".PadLeft(64, '0'), _eth.Ask("eth_call", new { to = Cell.ToString(), data = input }, "latest").GetString());
    }

    [Fact]
    public void Calls_see_what_overrides_pretend()
    {
        var call = new { to = Cell.ToString(), input = "0x" };
        string slot = "0x" + "0".PadLeft(64, '0'), value = "0x" + "2a".PadLeft(64, '0');

        Assert.Equal(value, _eth.Ask("eth_call", call, "latest", State(new { stateDiff = Slots(slot, value) })).GetString());
        Assert.Equal(value, _eth.Ask("eth_call", call, "latest", State(new { state = Slots(slot, value) })).GetString());
        Assert.Equal("0x", _eth.Ask("eth_call", call, "latest", State(new { code = "0x" })).GetString());
        JsonElement words = _eth.Ask("eth_call", new { to = Environment.ToString() }, "latest", new { }, new { number = "0x1234", time = "0x99" });
        Assert.StartsWith("0x" + "1234".PadLeft(64, '0') + "99".PadLeft(64, '0'), words.GetString(), StringComparison.Ordinal);

        Dictionary<string, object> State(object account) => new() { [Cell.ToString()] = account };
        Dictionary<string, object> Slots(string key, string word) => new() { [key] = word };
    }

    [Fact]
    public void A_revert_carries_its_reason_and_data()
    {
        foreach (string method in (string[])["eth_call", "eth_estimateGas"])
        {
            JsonElement error = _eth.Fault(method, new { to = Reverter.ToString() }, "latest");
            Assert.Equal(3, error.GetProperty("code").GetInt32());
            Assert.StartsWith("execution reverted", error.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("0x08c379a0", error.GetProperty("data").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_estimate_is_the_least_that_succeeds()
    {
        Assert.Equal("0x5208", _eth.Ask("eth_estimateGas", new { from = TestKeys.A.Address.ToString(), to = Address.FromNumber(0xbeef).ToString(), value = "0x1" }).GetString());
        ulong gas = (ulong)UInt256.Parse(_eth.Ask("eth_estimateGas", new { to = Cell.ToString(), input = "0x" + "7".PadLeft(64, '0') }).GetString()!);

        Assert.Equal("0x" + "5".PadLeft(64, '0'), _eth.Ask("eth_call", Limited(gas)).GetString());
        Assert.Equal(-32000, _eth.Fault("eth_call", Limited(gas - 1)).GetProperty("code").GetInt32());

        object Limited(ulong limit) => new { to = Cell.ToString(), input = "0x" + "7".PadLeft(64, '0'), gas = ((UInt256)limit).ToHexQuantity() };
    }

    [Fact]
    public void An_access_list_names_the_slots()
    {
        JsonElement built = _eth.Ask("eth_createAccessList", new { to = Cell.ToString(), input = "0x" });

        JsonElement entry = Assert.Single(built.GetProperty("accessList").EnumerateArray());
        Assert.Equal(Cell.ToString(), entry.GetProperty("address").GetString());
        Assert.Equal(1, entry.GetProperty("storageKeys").GetArrayLength());
        Assert.False(built.TryGetProperty("error", out _));
    }

    [Fact]
    public void History_that_is_not_here_is_refused_and_not_passed_off_as_empty()
    {
        for (int i = 0; i < 5; i++) _eth.Chain.Seal();
        Hash256 third = _eth.Chain.Tree.HashByNumber(3)!.Value;
        // As a pivot leaves it: genesis, and block 4 and those after it.
        WriteBatch forgotten = new();
        for (ulong number = 1; number <= 3; number++)
        {
            Hash256 hash = _eth.Chain.Tree.HashByNumber(number)!.Value;
            foreach (DbColumn column in (DbColumn[])[DbColumn.Headers, DbColumn.Bodies, DbColumn.Receipts]) forgotten.Delete(column, hash.Bytes);
            byte[] place = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(place, number);
            forgotten.Delete(DbColumn.CanonicalHashes, place);
        }

        _eth.Chain.Db.Write(forgotten);
        Assert.Equal(4ul, _eth.Chain.Tree.Earliest);

        (string Method, object?[] Parameters)[] refused =
        [
            ("eth_getLogs", [new { fromBlock = "0x0", toBlock = "latest" }]), ("eth_getLogs", [new { fromBlock = "0x3", toBlock = "0x3" }]),
            ("eth_getBlockByNumber", ["0x1", false]), ("eth_getBlockReceipts", ["0x3"]), ("eth_getBlockTransactionCountByNumber", ["0x2"]),
            ("eth_getTransactionByBlockNumberAndIndex", ["0x2", "0x0"]), ("eth_feeHistory", ["0x4", "latest"]), ("eth_getBalance", [Cell, "0x2"]),
        ];
        foreach ((string method, object?[] parameters) in refused)
        {
            JsonElement fault = _eth.Fault(method, parameters);
            Assert.Equal((4444, "pruned history unavailable: blocks 1 to 3 are not here"), (fault.GetProperty("code").GetInt32(), fault.GetProperty("message").GetString()));
        }

        Assert.Equal(0, _eth.Ask("eth_getLogs", new { fromBlock = "0x4" }).GetArrayLength());
        Assert.Equal(0, _eth.Ask("eth_getLogs", new { fromBlock = "0x0", toBlock = "0x0" }).GetArrayLength());
        foreach (string kept in (string[])["earliest", "0x4", "latest"]) Assert.Equal(JsonValueKind.Object, _eth.Ask("eth_getBlockByNumber", kept, false).ValueKind);
        Assert.Equal(JsonValueKind.Null, _eth.Ask("eth_getBlockByNumber", "0x6", false).ValueKind);
        Assert.Equal(JsonValueKind.Null, _eth.Ask("eth_getBlockByHash", third, false).ValueKind);
    }

    [Fact]
    public void Logs_are_found_by_address_topic_and_range()
    {
        byte[] input = [.. new UInt256(8, 0, 0, 0).ToBigEndian(), .. new UInt256(9, 0, 0, 0).ToBigEndian()];
        _eth.Chain.Seal(Build.Transaction().To(Logger).WithGas(100_000).WithData(input).Signed());
        _eth.Chain.Seal();
        string one = "0x" + "1".PadLeft(64, '0'), nine = "0x" + "9".PadLeft(64, '0');

        Assert.Equal(1, Count(new { fromBlock = "0x0", address = Logger.ToString() }));
        Assert.Equal(1, Count(new { fromBlock = "0x0", topics = (object?[])[one, nine] }));
        Assert.Equal(1, Count(new { fromBlock = "0x0", topics = (object?[])[null, (string[])[nine, one]] }));
        Assert.Equal(0, Count(new { fromBlock = "0x0", topics = (object?[])[nine] }));
        Assert.Equal(0, Count(new { fromBlock = "0x2", address = Logger.ToString() }));
        Assert.Equal(1, Count(new { blockHash = _eth.Chain.Tree.HashByNumber(1)!.Value.ToString() }));
        Assert.Equal(-32602, _eth.Fault("eth_getLogs", new { fromBlock = "0x2", toBlock = "0x1" }).GetProperty("code").GetInt32());
        Assert.Equal(-32602, _eth.Fault("eth_getLogs", new { fromBlock = "0x0", toBlock = "0x3" }).GetProperty("code").GetInt32());
        Assert.Equal(-32005, _eth.Fault("eth_getLogs", new { fromBlock = "0x0", toBlock = "0x2", address = Cell.ToString() }, maxBlocks: 2).GetProperty("code").GetInt32());

        int Count(object filter) => _eth.Ask("eth_getLogs", filter).GetArrayLength();
    }

    [Theory]
    [InlineData("eth_call")]
    [InlineData("eth_estimateGas")]
    [InlineData("eth_createAccessList")]
    public void The_executions_of_a_batch_have_one_deadline_together(string method)
    {
        _eth.Time.AutoAdvanceAmount = TimeSpan.FromSeconds(1); // each call looks at the clock twice

        IReadOnlyList<JsonElement> answers = _eth.AskTogether(9, method, new { to = Environment.ToString() });

        Assert.All(answers.Take(2), answer => Assert.True(answer.TryGetProperty("result", out _)));
        Assert.All(answers.Skip(4), answer => Assert.Equal((-32000, "execution aborted (timeout = 5s)"),
            (answer.GetProperty("error").GetProperty("code").GetInt32(), answer.GetProperty("error").GetProperty("message").GetString())));
        Assert.True(_eth.AskTogether(1, method, new { to = Environment.ToString() })[0].TryGetProperty("result", out _));
    }

    [Fact]
    public void Long_logs_are_refused_before_they_are_all_read()
    {
        for (ulong nonce = 0; nonce < 9; nonce++) _eth.Chain.Seal(Build.Transaction().WithNonce(nonce).To(LongLogger).WithGas(1_000_000).Signed());

        JsonElement fault = _eth.Fault("eth_getLogs", new { fromBlock = "0x0" });
        Assert.Equal((-32005, "query returns more than 1048576 bytes; ask for fewer blocks"),
            (fault.GetProperty("code").GetInt32(), fault.GetProperty("message").GetString()));
        Assert.Equal(7, _eth.Ask("eth_getLogs", new { fromBlock = "0x1", toBlock = "0x7" }).GetArrayLength());
    }

    [Fact]
    public void Filters_report_what_is_new_and_are_forgotten()
    {
        string blocks = _eth.Ask("eth_newBlockFilter").GetString()!, pending = _eth.Ask("eth_newPendingTransactionFilter").GetString()!;
        string logs = _eth.Ask("eth_newFilter", new { address = Logger.ToString() }).GetString()!;
        Transaction tx = Build.Transaction().To(Logger).WithGas(100_000).WithData(new byte[64]).Signed();
        Block block = _eth.Chain.Seal(tx);

        Assert.Equal(block.Hash.ToString(), Assert.Single(_eth.Ask("eth_getFilterChanges", blocks).EnumerateArray()).GetString());
        Assert.Equal(tx.Hash.ToString(), Assert.Single(_eth.Ask("eth_getFilterChanges", pending).EnumerateArray()).GetString());
        Assert.Single(_eth.Ask("eth_getFilterChanges", logs).EnumerateArray());
        Assert.All((string[])[blocks, pending, logs], id => Assert.Empty(_eth.Ask("eth_getFilterChanges", id).EnumerateArray()));
        Assert.True(_eth.Ask("eth_uninstallFilter", blocks).GetBoolean());
        Assert.False(_eth.Ask("eth_uninstallFilter", blocks).GetBoolean());
        _eth.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("filter not found", _eth.Fault("eth_getFilterChanges", logs).GetProperty("message").GetString());
    }

    [Fact]
    public void Fees_are_told()
    {
        _eth.Chain.Seal(Build.Transaction().WithFees(cap: 3_000_000_000, tip: 1_000_000_000).Signed());

        JsonElement history = _eth.Ask("eth_feeHistory", "0x2", "latest", (int[])[50]);
        Assert.Equal("0x0", history.GetProperty("oldestBlock").GetString());
        Assert.Equal(3, history.GetProperty("baseFeePerGas").GetArrayLength());
        Assert.Equal("0x3b9aca00", history.GetProperty("reward")[1][0].GetString());
        Assert.Equal("0x3b9aca00", _eth.Ask("eth_maxPriorityFeePerGas").GetString());
        Assert.Equal("0x1", _eth.Ask("eth_blobBaseFee").GetString());
        Assert.Equal(-32602, _eth.Fault("eth_feeHistory", "0x1", "latest", (int[])[60, 50]).GetProperty("code").GetInt32());
    }

    [Fact]
    public void Subscribers_hear_of_heads_logs_and_pending_transactions()
    {
        RecordingConnection connection = new();
        _eth.Ask(connection, "eth_subscribe", "newHeads");
        _eth.Ask(connection, "eth_subscribe", "logs", new { address = Logger.ToString() });
        _eth.Ask(connection, "eth_subscribe", "newPendingTransactions");
        Transaction tx = Build.Transaction().To(Logger).WithGas(100_000).WithData(new byte[64]).Signed();

        Block block = _eth.Chain.Seal(tx);
        List<JsonElement> heard = connection.Take(3);

        Assert.Contains(heard, h => h.ValueKind == JsonValueKind.String && h.GetString() == tx.Hash.ToString());
        Assert.Contains(heard, h => h.ValueKind == JsonValueKind.Object && h.TryGetProperty("parentHash", out _) && h.GetProperty("hash").GetString() == block.Hash.ToString());
        Assert.Contains(heard, h => h.ValueKind == JsonValueKind.Object && h.TryGetProperty("logIndex", out _));
        Assert.Equal(-32601, _eth.Fault("eth_subscribe", "newHeads").GetProperty("code").GetInt32());
    }

    [Fact]
    public void A_proof_has_the_shape_clients_expect()
    {
        JsonElement proof = _eth.Ask("eth_getProof", Cell, (string[])["0x0", "0x" + "1".PadLeft(64, '0')], "latest");

        Assert.Equal(
            ["address", "accountProof", "balance", "codeHash", "nonce", "storageHash", "storageProof"], proof.EnumerateObject().Select(p => p.Name));
        Assert.Equal("0x5", proof.GetProperty("storageProof")[0].GetProperty("value").GetString());
        Assert.Equal("0x0", proof.GetProperty("storageProof")[0].GetProperty("key").GetString());
        Assert.Equal("0x0", proof.GetProperty("storageProof")[1].GetProperty("value").GetString());
    }
}
