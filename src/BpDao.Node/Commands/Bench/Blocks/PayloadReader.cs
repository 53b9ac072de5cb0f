using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>Makes a block of an <c>engine_newPayload</c> call (execution-apis, Paris to Osaka): payload, blob hashes, beacon root, requests.</summary>
internal static class PayloadReader
{
    public static Payload Read(JsonElement call)
    {
        JsonElement[] arguments = [.. call.GetProperty("params").EnumerateArray()];
        if (arguments.Length == 0) throw new FormatException("a call of engine_newPayload has no params");
        JsonElement p = arguments[0];
        bool isValid = !call.TryGetProperty("validationError", out _) && !call.TryGetProperty("errorCode", out _);
        ulong gasUsed = TestNumbers.Long(p.GetProperty("gasUsed"));
        if (!TryReadBody(p, out BlockBody? body)) return new Payload(null, gasUsed, isValid);

        Hash256[]? blobs = arguments.Length > 1 ? [.. arguments[1].EnumerateArray().Select(TestNumbers.Hash)] : null;
        Block block = new(ReadHeader(p, body!, arguments), body!);
        bool consistent = block.Hash == TestNumbers.Hash(p.GetProperty("blockHash"))
            && (blobs is null || blobs.SequenceEqual(body!.Transactions.SelectMany(t => t.BlobVersionedHashes)));
        return new Payload(consistent ? BlockCodec.Encode(block) : null, gasUsed, isValid);
    }

    private static bool TryReadBody(JsonElement payload, out BlockBody? body)
    {
        body = null;
        List<Transaction> transactions = [];
        foreach (JsonElement encoded in payload.GetProperty("transactions").EnumerateArray())
        {
            if (!TransactionCodec.TryDecode(TestNumbers.Bytes(encoded), out Transaction? tx)) return false;
            transactions.Add(tx!);
        }

        List<Withdrawal>? withdrawals = payload.TryGetProperty("withdrawals", out JsonElement listed)
            ? [.. listed.EnumerateArray().Select(ReadWithdrawal)]
            : null;
        body = new BlockBody(transactions, [], withdrawals);
        return true;
    }

    private static Withdrawal ReadWithdrawal(JsonElement w) => new(
        TestNumbers.Long(w.GetProperty("index")), TestNumbers.Long(w.GetProperty("validatorIndex")), TestNumbers.Address(w.GetProperty("address")),
        TestNumbers.Long(w.GetProperty("amount")));

    private static BlockHeader ReadHeader(JsonElement p, BlockBody body, JsonElement[] arguments) => new()
    {
        ParentHash = TestNumbers.Hash(p.GetProperty("parentHash")),
        Beneficiary = TestNumbers.Address(p.GetProperty("feeRecipient")),
        StateRoot = TestNumbers.Hash(p.GetProperty("stateRoot")),
        TransactionsRoot = BodyRoots.OfTransactions(body.Transactions),
        ReceiptsRoot = TestNumbers.Hash(p.GetProperty("receiptsRoot")),
        LogsBloom = new Bloom(TestNumbers.Bytes(p.GetProperty("logsBloom"))),
        Number = TestNumbers.Long(p.GetProperty("blockNumber")),
        GasLimit = TestNumbers.Long(p.GetProperty("gasLimit")),
        GasUsed = TestNumbers.Long(p.GetProperty("gasUsed")),
        Timestamp = TestNumbers.Long(p.GetProperty("timestamp")),
        ExtraData = TestNumbers.Bytes(p.GetProperty("extraData")),
        MixHash = TestNumbers.Hash(p.GetProperty("prevRandao")),
        BaseFeePerGas = TestNumbers.Word(p.GetProperty("baseFeePerGas")),
        WithdrawalsRoot = body.Withdrawals is { } withdrawals ? BodyRoots.OfWithdrawals(withdrawals) : null,
        BlobGasUsed = p.TryGetProperty("blobGasUsed", out JsonElement blobGas) ? TestNumbers.Long(blobGas) : null,
        ExcessBlobGas = p.TryGetProperty("excessBlobGas", out JsonElement excess) ? TestNumbers.Long(excess) : null,
        ParentBeaconBlockRoot = arguments.Length > 2 ? TestNumbers.Hash(arguments[2]) : null,
        RequestsHash = arguments.Length > 3 ? ExecutionRequests.HashOf([.. arguments[3].EnumerateArray().Select(TestNumbers.Bytes)]) : null,
    };
}
