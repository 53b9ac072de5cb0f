using CsCheck;

namespace BpDao.Core.Tests;

/// <summary>Random members of the protocol's types, every fork and transaction type among them.</summary>
internal static class Samples
{
    public static readonly Gen<Hash256> Hash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));

    public static readonly Gen<Address> Address = Gen.Byte.Array[20].Select(bytes => new Address(bytes));

    private static readonly Gen<byte[]> Data = Gen.Byte.Array[0, 70];

    private static readonly Gen<TxSignature> Signature =
        Gen.Select(Gen.Byte[0, 1], Words.Any, Words.Any, (v, r, s) => new TxSignature(v, r, s));

    private static readonly Gen<AccessListEntry[]> AccessList =
        Gen.Select(Address, Words.Any.Array[0, 3], (address, keys) => new AccessListEntry(address, keys)).Array[0, 3];

    private static readonly Gen<Authorization[]> Authorizations =
        Gen.Select(Words.Any, Address, Gen.ULong, Signature, Gen.Byte, (chain, address, nonce, signature, v) =>
            new Authorization(chain, address, nonce, signature with { YParity = v })).Array[0, 3];

    private static readonly Gen<Transaction> Common = Gen.Select(
        Gen.Select(Gen.ULong, Words.Any, Words.Any, Gen.ULong, Words.Any), Gen.Select(Address, Data, AccessList, Signature, Hash.Array[0, 3], Authorizations),
        (numbers, parts) => new Transaction
        {
            Type = TxType.SetCode,
            ChainId = numbers.Item1 >> 2,
            Nonce = numbers.Item4,
            MaxPriorityFeePerGas = numbers.Item2,
            MaxFeePerGas = numbers.Item3,
            GasLimit = numbers.Item1,
            To = parts.Item1,
            Value = numbers.Item5,
            Data = parts.Item2,
            AccessList = parts.Item3,
            Signature = parts.Item4,
            MaxFeePerBlobGas = numbers.Item2,
            BlobVersionedHashes = parts.Item5,
            AuthorizationList = parts.Item6,
        });

    public static readonly Gen<Transaction> Transaction = Gen.Select(Common, Gen.Int[0, 4], Gen.Bool, Gen.Bool, (tx, type, creation, unprotected) => (TxType)type switch
    {
        TxType.Legacy => tx with
        {
            Type = TxType.Legacy,
            To = creation ? null : tx.To,
            ChainId = unprotected ? null : tx.ChainId,
            MaxPriorityFeePerGas = tx.MaxFeePerGas,
            AccessList = [],
            MaxFeePerBlobGas = 0,
            BlobVersionedHashes = [],
            AuthorizationList = [],
        },
        TxType.AccessList => tx with
        {
            Type = TxType.AccessList,
            To = creation ? null : tx.To,
            MaxPriorityFeePerGas = tx.MaxFeePerGas,
            MaxFeePerBlobGas = 0,
            BlobVersionedHashes = [],
            AuthorizationList = [],
        },
        TxType.DynamicFee => tx with
        {
            Type = TxType.DynamicFee,
            To = creation ? null : tx.To,
            MaxFeePerBlobGas = 0,
            BlobVersionedHashes = [],
            AuthorizationList = [],
        },
        TxType.Blob => tx with { Type = TxType.Blob, AuthorizationList = [] },
        _ => tx with { MaxFeePerBlobGas = 0, BlobVersionedHashes = [] },
    });

    private static readonly Gen<BlockHeader> FullHeader = Gen.Select(
        Hash.Array[7], Gen.Select(Address, Words.Any, Gen.ULong.Array[8], Gen.Byte.Array[0, 40], Gen.Byte.Array[256]), (hashes, p) => new BlockHeader
        {
            ParentHash = hashes[0],
            OmmersHash = hashes[1],
            Beneficiary = p.Item1,
            StateRoot = hashes[2],
            TransactionsRoot = hashes[3],
            ReceiptsRoot = hashes[4],
            LogsBloom = new Bloom(p.Item5),
            Difficulty = p.Item2,
            Number = p.Item3[0],
            GasLimit = p.Item3[1],
            GasUsed = p.Item3[2],
            Timestamp = p.Item3[3],
            ExtraData = p.Item4,
            MixHash = hashes[5],
            Nonce = p.Item3[4],
            BaseFeePerGas = p.Item3[5],
            WithdrawalsRoot = hashes[6],
            BlobGasUsed = p.Item3[6],
            ExcessBlobGas = p.Item3[7],
            ParentBeaconBlockRoot = hashes[0],
            RequestsHash = hashes[1],
        });

    /// <summary>Headers before London, of London, Shanghai, Cancun and Prague.</summary>
    public static readonly Gen<BlockHeader> Header = Gen.Select(FullHeader, Gen.Int[0, 4], (h, fork) =>
    {
        if (fork < 4) h = h with { RequestsHash = null };
        if (fork < 3) h = h with { BlobGasUsed = null, ExcessBlobGas = null, ParentBeaconBlockRoot = null };
        if (fork < 2) h = h with { WithdrawalsRoot = null };
        return fork < 1 ? h with { BaseFeePerGas = null } : h;
    });

    private static readonly Gen<Withdrawal> Withdrawal =
        Gen.Select(Gen.ULong, Gen.ULong, Address, Gen.ULong, (index, validator, address, amount) => new Withdrawal(index, validator, address, amount));

    public static readonly Gen<Block> Block = Gen.Select(
        Header, Transaction.Array[0, 4], Header.Array[0, 2], Withdrawal.Array[0, 2], Gen.Bool, (header, txs, ommers, withdrawals, shanghai) =>
            new Block(header, new BlockBody(txs, ommers, shanghai ? withdrawals : null)));

    private static readonly Gen<LogEntry> Log =
        Gen.Select(Address, Hash.Array[0, 4], Data, (address, topics, data) => new LogEntry(address, topics, data));

    public static readonly Gen<Receipt> Receipt = Gen.Select(
        Gen.Int[0, 4], Gen.Bool, Gen.ULong, Log.Array[0, 3], Hash, Gen.Bool, (type, success, gas, logs, root, byzantium) => new Receipt
        {
            Type = (TxType)type,
            Success = byzantium && success,
            PostState = byzantium ? null : root,
            CumulativeGasUsed = gas,
            Logs = logs,
            Bloom = Bloom.Of(logs),
        });
}
